/** Runs inside the bundled program: records what SST's components would ask Pulumi's engine to make. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';

export interface SynthResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface NewResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly id?: string;
}

interface Call {
  readonly token: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface Pulumi {
  readonly runtime: {
    setMocks(
      mocks: object,
      project: string,
      stack: string,
      preview: boolean,
      organization: string,
    ): Promise<void>;
    runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>;
  };
}

/** `program` is SST's `run` over the configuration; the resources are written to `file` once nothing is left to do. */
export async function record(
  pulumi: Pulumi,
  stage: string,
  file: string,
  program: () => Promise<unknown>,
): Promise<void> {
  const resources: SynthResource[] = [];
  process.once('beforeExit', () => writeFileSync(file, JSON.stringify(resources, undefined, 1)));
  const mocks = {
    newResource({ type, name, inputs, id }: NewResource) {
      resources.push({ type, name, inputs: reveal(inputs) as SynthResource['inputs'] });
      return { id: id || nameOf(name, inputs), state: { ...inputs, ...compute(type, name, inputs) } };
    },
    call: answerCall,
  };
  await pulumi.runtime.setMocks(mocks, 'loupe', stage, false, 'organization');
  await pulumi.runtime.runInPulumiStack(program);
}

function nameOf(name: string, inputs: Readonly<Record<string, unknown>>): string {
  const given = inputs.name ?? inputs.bucket;
  return typeof given === 'string' ? given : name.toLowerCase();
}

const SERVICES: Readonly<Record<string, (name: string) => string>> = {
  'aws:dynamodb/table:Table': (name) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
  'aws:iam/role:Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'aws:lambda/function:Function': (name) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
  'aws:s3/bucket:Bucket': (name) => `arn:aws:s3:::${name}`,
  'aws:s3/bucketV2:BucketV2': (name) => `arn:aws:s3:::${name}`,
  'aws:sqs/queue:Queue': (name) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
  'aws:sns/topic:Topic': (name) => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`,
  'aws:kms/key:Key': (name) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`,
  'aws:cloudwatch/logGroup:LogGroup': (name) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`,
  'aws:apigatewayv2/api:Api': (name) => `arn:aws:apigateway:${REGION}::/apis/${name}`,
};

/** What AWS would add to a resource that others of this deployment read. */
function compute(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const id = nameOf(name, inputs);
  const arn = SERVICES[type]?.(id) ?? `arn:aws:mock:${REGION}:${ACCOUNT}:${id}`;
  const common = { arn, name: id };
  switch (type) {
    case 'aws:sqs/queue:Queue':
      return { ...common, url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${id}` };
    case 'aws:s3/bucket:Bucket':
    case 'aws:s3/bucketV2:BucketV2':
      return {
        arn,
        bucket: id,
        bucketDomainName: `${id}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${id}.s3.${REGION}.amazonaws.com`,
      };
    case 'aws:apigatewayv2/api:Api':
      return {
        ...common,
        apiEndpoint: `https://${id}.execute-api.${REGION}.amazonaws.com`,
        executionArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${id}`,
      };
    case 'aws:lambda/function:Function':
      return {
        ...common,
        invokeArn: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn}/invocations`,
        qualifiedArn: `${arn}:1`,
      };
    case 'aws:cognito/userPool:UserPool':
      return { ...common, endpoint: `cognito-idp.${REGION}.amazonaws.com/${id}` };
    case 'random:index/randomBytes:RandomBytes': {
      // Only the form matters: nothing is encrypted with it here.
      const bytes = randomBytes(Number(inputs.length ?? 32));
      return { base64: bytes.toString('base64'), hex: bytes.toString('hex') };
    }
    default:
      return common;
  }
}

function answerCall({ token, inputs }: Call): Record<string, unknown> {
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/check`, id: ACCOUNT, userId: 'check' };
    case 'aws:index/getRegion:getRegion':
      return { id: REGION, name: REGION, region: REGION };
    case 'aws:index/getPartition:getPartition':
      return { id: 'aws', partition: 'aws', dnsSuffix: 'amazonaws.com' };
    case 'aws:iam/getPolicyDocument:getPolicyDocument':
      return { ...inputs, json: JSON.stringify(renderPolicy(inputs)) };
    default:
      throw new Error(`The synthesis does not know the data source ${token}. Answer it in record.ts.`);
  }
}

interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly conditions?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

function renderPolicy(inputs: Readonly<Record<string, unknown>>): object {
  const statements = (inputs.statements ?? []) as readonly Statement[];
  return { Version: '2012-10-17', Statement: statements.map(renderStatement) };
}

function renderStatement(statement: Statement): object {
  const principals = Object.fromEntries(
    (statement.principals ?? []).map(({ type, identifiers }) => [type, identifiers]),
  );
  const conditions: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of statement.conditions ?? []) {
    conditions[test] = { ...conditions[test], [variable]: values };
  }
  return {
    ...(statement.sid && { Sid: statement.sid }),
    Effect: statement.effect ?? 'Allow',
    Action: statement.actions ?? [],
    Resource: statement.resources ?? [],
    ...(statement.principals && { Principal: '*' in principals ? '*' : principals }),
    ...(statement.conditions && { Condition: conditions }),
  };
}

const SIGNATURE = '4dabf18193072939515e22adb298388d';

/** Secret values travel wrapped; assertions want what is inside. */
function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== 'object' || value === null) return value;
  if (SIGNATURE in value) return 'value' in value ? reveal(value.value) : '(asset)';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}
