import { resources } from '@loupe/core/resources';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeDeployment, readStatements } from './deployment.ts';
import { ACCOUNT, REGION } from './synth/record.ts';
import { synthesise } from './synth/synthesise.ts';

type Deployment = ReturnType<typeof describeDeployment>;

/** Every right of every function; `{table}`, `{bucket}` and `{key}` stand for this deployment's. A right more or less fails. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  api: [
    'dynamodb:BatchGetItem {table}',
    'dynamodb:GetItem {table}',
    'dynamodb:PutItem {table}',
    'dynamodb:Query {table}',
    'dynamodb:Query {table}/index/byParent',
    'dynamodb:Query {table}/index/byTenant',
    'dynamodb:UpdateItem {table}',
    'kms:Decrypt {key}',
    'kms:GenerateDataKey {key}',
    's3:GetObject {bucket}/tenants/*',
    's3:PutObject {bucket}/tenants/*/samples/*/original',
    'sqs:SendMessage {infer}',
  ],
};

let production: Deployment;
let personal: Deployment;

beforeAll(async () => {
  production = describeDeployment(await synthesise('production'));
  personal = describeDeployment(await synthesise('anna'));
});

function arnOfQueue(name: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:loupe-production-${name}`;
}

function listRights(functionName: string): string[] {
  const roleArn = String(production.find('aws:lambda/function:Function', 'name', `loupe-production-${functionName}`)['role']);
  const role = production.list('aws:iam/role:Role').find(({ inputs }) => roleArn.endsWith(`/${inputs['name']}`));
  const policies = (role?.inputs['inlinePolicies'] ?? []) as readonly { readonly policy: string }[];
  const table = String(production.list('aws:dynamodb/table:Table')[0]?.inputs['name']);
  const bucket = String(production.list('aws:s3/bucket:Bucket')[0]?.inputs['bucket']);
  const shorten = (resource: string) =>
    resource
      .replace(`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}`, '{table}')
      .replace(`arn:aws:s3:::${bucket}`, '{bucket}')
      .replace(/^arn:aws:kms:.*:key\/.*$/, '{key}')
      .replace(new RegExp(`^arn:aws:sqs:.*:loupe-production-(.*)$`), '{$1}');
  return policies
    .flatMap(({ policy }) => readStatements(policy))
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource ?? []].flat().map((resource) => `${action} ${shorten(resource)}`)),
    )
    .sort();
}
