import type { Exchange } from '../../support/metering-proxy.ts';

/** `<action> <resource>`, as a policy would have to allow it; `{table}` and the like stand for the deployment's names. */
export interface ObservedRight {
  readonly function: string;
  readonly right: string;
}

/** The function that sent a request: the SDK puts `AWS_SDK_UA_APP_ID` into its name of itself as `app/<id>`. */
function readSender({ headers }: Exchange): string {
  return /\bapp\/([\w-]+)/.exec(`${headers['user-agent']} ${headers['x-amz-user-agent']}`)?.[1] ?? '';
}

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

export function observeDynamoDb(exchange: Exchange): ObservedRight[] {
  const sender = readSender(exchange);
  const operation = String(exchange.headers['x-amz-target']).split('.').at(-1) ?? '';
  const request: { IndexName?: string; TransactItems?: WrittenItem[] } = JSON.parse(exchange.body.toString());
  const actions =
    operation === 'TransactWriteItems'
      ? (request.TransactItems ?? []).flatMap((item) =>
          Object.keys(item).map((kind) => TRANSACTED[kind as keyof typeof TRANSACTED]),
        )
      : [operation];
  const resource = request.IndexName === undefined ? '{table}' : `{table}/index/${request.IndexName}`;
  return actions.map((action) => ({ function: sender, right: `dynamodb:${action} ${resource}` }));
}

/** Requests of the functions; those of tickets and links come from their holders. */
export function observeS3(exchange: Exchange): ObservedRight[] {
  const sender = readSender(exchange);
  if (sender === '') return [];
  const [, , ...path] = new URL(exchange.url, 'http://s3').pathname.split('/');
  const key = path.map(decodeURIComponent).join('/');
  const action = { GET: 'GetObject', HEAD: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[
    exchange.method
  ];
  const needed = [`s3:${action ?? exchange.method} {bucket}/${key}`];
  // Without the right to list, what is missing is called forbidden.
  if (exchange.status === 404) needed.push('s3:ListBucket {bucket}');
  return needed.map((right) => ({ function: sender, right }));
}

export function observeSqs(exchange: Exchange): ObservedRight[] {
  const operation = String(exchange.headers['x-amz-target']).split('.').at(-1) ?? '';
  const { QueueUrl }: { QueueUrl: string } = JSON.parse(exchange.body.toString());
  const action = operation.replace(/Batch$/, '');
  return [{ function: readSender(exchange), right: `sqs:${action} {${QueueUrl.split('/').at(-1)}}` }];
}

export function observeKms(exchange: Exchange): ObservedRight[] {
  const operation = String(exchange.headers['x-amz-target']).split('.').at(-1) ?? '';
  return [{ function: readSender(exchange), right: `kms:${operation} {key}` }];
}

/** Whether one of the granted rights allows the needed one; `*` in a grant stands for anything, as in IAM. */
export function isGranted(needed: string, granted: readonly string[]): boolean {
  return granted.some((right) => {
    const pattern = right.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.*')}$`).test(needed);
  });
}
