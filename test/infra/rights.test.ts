import { resources } from '@loupe/core/resources';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeDeployment, readStatements } from './deployment.ts';
import { ACCOUNT, REGION } from './synth/record.ts';
import { synthesise } from './synth/synthesise.ts';

/** Rights whose resource is a pattern, because the object's key is only known when it is used. */
const PATTERNS = [
  /^s3:((Get|Put|Delete)Object|AbortMultipartUpload|ListMultipartUploadParts) \{bucket\}\/tenants\/\*/,
  // A log group's streams are its own.
  /^logs:(CreateLogStream|PutLogEvents) \{logs\}:\*$/,
];

let deployment: ReturnType<typeof describeDeployment>;

beforeAll(async () => {
  deployment = describeDeployment(await synthesise('production'));
});

/** `<action> <resource>`, with the names of this deployment's resources in braces. */
function listRights(functionName: string): string[] {
  const name = `loupe-production-${functionName}`;
  const role = String(deployment.find('aws:lambda/function:Function', 'name', name).role)
    .split('/')
    .at(-1);
  const { inlinePolicies, managedPolicyArns = [] } = deployment.find('aws:iam/role:Role', 'name', role) as {
    readonly inlinePolicies?: readonly { readonly policy: string }[];
    readonly managedPolicyArns?: readonly string[];
  };
  expect(managedPolicyArns).toEqual([]);
  const table = deployment.list('aws:dynamodb/table:Table')[0]?.inputs.name;
  const bucket = deployment.list('aws:s3/bucket:Bucket')[0]?.inputs.bucket;
  const shorten = (resource: string) =>
    resource
      .replace(`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}`, '{table}')
      .replace(`arn:aws:s3:::${bucket}`, '{bucket}')
      .replace(`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/${name}`, '{logs}')
      .replace(/^arn:aws:kms:.*:key\/.*$/, '{key}')
      .replace(
        new RegExp(`^arn:aws:(sqs|lambda):${REGION}:${ACCOUNT}:(function:)?loupe-production-(.*)$`),
        '{$3}',
      );
  return (inlinePolicies ?? [])
    .flatMap(({ policy }) => readStatements(policy))
    .flatMap(({ Action, Resource = [] }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => `${action} ${shorten(resource)}`)),
    )
    .toSorted();
}

describe('what each function may do', () => {
  test('is exactly what was reviewed', async () => {
    const text = resources.functions.map(
      ({ name }) =>
        `${name}\n${listRights(name)
          .map((right) => `  ${right}\n`)
          .join('')}`,
    );
    await expect(text.join('\n')).toMatchFileSnapshot('rights.txt');
  });

  test('has no action with a wildcard, and no resource with one but those listed', () => {
    const rights = resources.functions.flatMap(({ name }) => listRights(name));
    expect(rights.filter((right) => right.split(' ')[0]?.includes('*'))).toEqual([]);
    const patterned = rights.filter((right) => right.includes('*'));
    expect(patterned.filter((right) => !PATTERNS.some((pattern) => pattern.test(right)))).toEqual([]);
  });
});
