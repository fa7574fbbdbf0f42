import type { Exchange } from '../../support/metering-proxy.ts';

interface WrittenItem {
  readonly Put?: object;
  readonly Update?: object;
  readonly Delete?: object;
  readonly ConditionCheck?: object;
}

/** A transaction needs the rights of the operations in it. */
const TRANSACTED = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;

/** Each of these gives `<action> <resource>`, as a policy would have to allow it; names of the deployment in braces. */
export function observeDynamoDb(exchange: Exchange): string[] {
  const operation = String(exchange.headers['x-amz-target']).split('.').at(-1) ?? '';
  const request: { IndexName?: string; TransactItems?: WrittenItem[] } = JSON.parse(exchange.body.toString());
  const actions =
    operation === 'TransactWriteItems'
      ? (request.TransactItems ?? []).flatMap((item) =>
          Object.keys(item).map((kind) => TRANSACTED[kind as keyof typeof TRANSACTED]),
        )
      : [operation];
  const resource = request.IndexName === undefined ? '{table}' : `{table}/index/${request.IndexName}`;
  return actions.map((action) => `dynamodb:${action} ${resource}`);
}

const S3_ACTIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

/** Of requests that name a multipart upload. */
const S3_UPLOAD_ACTIONS: Readonly<Record<string, string>> = {
  GET: 'ListMultipartUploadParts',
  POST: 'PutObject',
  PUT: 'PutObject',
  DELETE: 'AbortMultipartUpload',
};

/** A form's key is not in its address: what a ticket allows is held by the tests of uploads. */
export function observeS3({ method, url, status, headers }: Exchange): string[] {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  // A list of the bucket's objects names none of them.
  if (method === 'GET' && /^\/[^/]+\/?$/.test(pathname)) return ['s3:ListBucket {bucket}'];
  const isOfUpload = searchParams.has('uploadId') || searchParams.has('uploads');
  const action = (isOfUpload ? S3_UPLOAD_ACTIONS : S3_ACTIONS)[method];
  if (action === undefined) return [];
  const nameObject = (path: string) => `{bucket}/${decodeURIComponent(path.split('/').slice(1).join('/'))}`;
  const copied = headers['x-amz-copy-source'];
  const needed = [
    `s3:${action} ${nameObject(pathname.slice(1))}`,
    ...(copied === undefined ? [] : [`s3:GetObject ${nameObject(String(copied))}`]),
  ];
  // Without the right to list, what is missing is called forbidden.
  return status === 404 ? [...needed, 's3:ListBucket {bucket}'] : needed;
}

export function observeSqs({ headers, body }: Exchange): string[] {
  const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
  const { QueueUrl }: { QueueUrl: string } = JSON.parse(body.toString());
  return [`sqs:${operation.replace(/Batch$/, '')} {${QueueUrl.split('/').at(-1)}}`];
}

export function observeKms({ headers }: Exchange): string[] {
  return [`kms:${String(headers['x-amz-target']).split('.').at(-1)} {key}`];
}

/** Whether one of the granted rights allows the needed one; `*` in a grant stands for anything, as in IAM. */
export function isGranted(needed: string, granted: readonly string[]): boolean {
  return granted.some((right) => {
    const pattern = right.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.*')}$`).test(needed);
  });
}
