import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { renderProjection } from './projection.ts';
import { type RowKey, readKey } from './row-key.ts';
import { scanTenant } from './scan-tenant.ts';

/** What every stored object has. `rev` counts its changes from 1 and guards each of them. */
export interface Entity {
  readonly id: string;
  readonly rev: number;
}

/** Where an object stands in the indexes; an absent entry keeps it out of that index. */
export interface Placement {
  readonly byTenant?: { readonly partition: string; readonly sort: string } | undefined;
  readonly byParent?: { readonly partition: string; readonly sort: string } | undefined;
  /** Epoch ms from which the object counts as overdue and is sent again. */
  readonly dueAt?: number | undefined;
  /** Epoch s after which the table may drop the row. */
  readonly ttl?: number | undefined;
}

declare const sealed: unique symbol;

/** One write of a transaction. Its key was made in a tenant's scope, or by the code that keeps credentials. */
export type Write = WriteBody & { readonly [sealed]: true };

type WriteBody =
  | { readonly kind: 'create'; readonly key: RowKey; readonly body: object; readonly placement: Placement }
  | {
      readonly kind: 'replace';
      readonly key: RowKey;
      readonly body: object;
      readonly placement: Placement;
      /** The write fails unless the stored row still has this revision. */
      readonly expectedRev: number;
    }
  | {
      readonly kind: 'add';
      readonly key: RowKey;
      readonly amounts: Readonly<Record<string, number>>;
      /** The write fails when one of these would be exceeded. */
      readonly atMost?: Readonly<Record<string, number>> | undefined;
    }
  | {
      readonly kind: 'delete';
      readonly key: RowKey;
      /** The write fails unless the stored row has this revision; without one, unless there is a row. */
      readonly expectedRev?: number | undefined;
    }
  /** Has the table drop a row after `ttl`, in epoch s. */
  | { readonly kind: 'expire'; readonly key: RowKey; readonly ttl: number };

/** For the two that make keys: the tenant's scope and the credential locator. Everybody else gets sealed writes. */
export function sealWrite(body: WriteBody): Write {
  return body as Write;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Sort key of the last item, when more items follow it. */
  readonly next: string | undefined;
}

export interface QueryOptions {
  readonly limit: number;
  /** Sort key after which the page begins. */
  readonly after?: string | undefined;
  readonly newestFirst?: boolean;
}

/** A condition of a transaction did not hold; `failed` are the positions of those writes. */
export class ConditionFailedError extends Error {
  override readonly name = 'ConditionFailedError';
  readonly failed: readonly number[];

  constructor(failed: readonly number[], cause: unknown) {
    super('The row was changed by somebody else, or exists already.', { cause });
    this.failed = failed;
  }
}

const INDEX_KEYS = {
  byTenant: { pk: 'tenantPk', sk: 'tenantSk' },
  byParent: { pk: 'parentPk', sk: 'parentSk' },
} as const;
const STORAGE_ATTRIBUTES = [
  'pk',
  'sk',
  'tenantPk',
  'tenantSk',
  'parentPk',
  'parentSk',
  'duePk',
  'dueSk',
  'ttl',
] as const;

export const DUE_SHARDS = 8;
const DUE_SORT_DIGITS = 15;
const MAX_BATCH_GET = 100;
const MAX_CONFLICT_RETRIES = 8;
const CONFLICT_BACKOFF_MS = 20;

export type Table = ReturnType<typeof openTable>;

/** The one table, untyped and without tenant: only `platform/` and pre-authentication code may hold it. */
export function openTable(client: DynamoDBClient, tableName: string) {
  const documents = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });

  async function get<T>(key: RowKey): Promise<T | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
    );
    return Item && (stripStorage(Item) as T);
  }

  /** Rows in the order asked, undefined where there is none; of each all attributes, or some. Consistent. */
  async function getMany<T>(
    keys: readonly RowKey[],
    attributes?: readonly (keyof T & string)[],
  ): Promise<(T | undefined)[]> {
    const projection = attributes && renderProjection(['pk', 'sk', ...attributes]);
    const found = new Map<string, T>();
    const distinct = [...new Map(keys.map((key) => [joinKey(key), key])).values()];
    for (let from = 0; from < distinct.length; from += MAX_BATCH_GET) {
      let pending: Record<string, unknown>[] = distinct
        .slice(from, from + MAX_BATCH_GET)
        .map((key) => ({ ...key }));
      for (let attempt = 0; pending.length > 0; attempt++) {
        if (attempt > MAX_CONFLICT_RETRIES) throw new Error('The table keeps leaving keys unprocessed.');
        if (attempt > 0) await sleep(backoffMs(attempt));
        const { Responses, UnprocessedKeys } = await documents.send(
          new BatchGetCommand({
            RequestItems: { [tableName]: { Keys: pending, ConsistentRead: true, ...projection } },
          }),
        );
        for (const item of Responses?.[tableName] ?? []) {
          found.set(joinKey({ pk: String(item.pk), sk: String(item.sk) }), stripStorage(item) as T);
        }
        pending = UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
    }
    return keys.map((key) => found.get(joinKey(key)));
  }

  /**
   * Writes all or nothing. Conflicts with other transactions are tried again.
   * @throws ConditionFailedError when a `create` exists already or a revision differs
   */
  async function transact(writes: readonly Write[]): Promise<void> {
    const input: TransactWriteCommandInput = {
      TransactItems: writes.map((write) => renderWrite(tableName, write)),
    };
    for (let attempt = 0; ; attempt++) {
      try {
        await documents.send(new TransactWriteCommand(input));
        return;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
        const failed = codes.flatMap((code, position) =>
          code === 'ConditionalCheckFailed' ? [position] : [],
        );
        if (failed.length > 0) throw new ConditionFailedError(failed, error);
        const transient = codes.some((code) => code === 'TransactionConflict' || code === 'ThrottlingError');
        if (!transient || attempt >= MAX_CONFLICT_RETRIES) throw error;
        await sleep(backoffMs(attempt));
      }
    }
  }

  async function query<T>(
    index: 'byTenant' | 'byParent',
    partition: string,
    options: QueryOptions,
  ): Promise<Page<T>> {
    const names = INDEX_KEYS[index];
    const direction = options.newestFirst ? '<' : '>';
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: index,
        KeyConditionExpression:
          options.after === undefined ? '#pk = :pk' : `#pk = :pk AND #sk ${direction} :after`,
        ExpressionAttributeNames: {
          '#pk': names.pk,
          ...(options.after !== undefined && { '#sk': names.sk }),
        },
        ExpressionAttributeValues: {
          ':pk': partition,
          ...(options.after !== undefined && { ':after': options.after }),
        },
        ScanIndexForward: !options.newestFirst,
        Limit: options.limit + 1,
      }),
    );
    const page = Items.slice(0, options.limit);
    const last = page.at(-1);
    return {
      items: page.map((item) => stripStorage(item) as T),
      // DynamoDB ends a page at 1 MB, too.
      next: (Items.length > options.limit || LastEvaluatedKey) && last ? String(last[names.sk]) : undefined,
    };
  }

  /** Every row of one partition whose sort key begins with `prefix`. Consistent; for small partitions. */
  async function listWithKeys<T>(pk: string, prefix: string): Promise<{ sk: string; body: T }[]> {
    const rows: { sk: string; body: T }[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      for (const item of Items) rows.push({ sk: String(item.sk), body: stripStorage(item) as T });
      start = LastEvaluatedKey;
    } while (start);
    return rows;
  }

  const list = async <T>(pk: string, prefix: string): Promise<T[]> =>
    (await listWithKeys<T>(pk, prefix)).map(({ body }) => body);

  /** Keys of rows that are overdue at `now`, oldest first, at most `limit` of one shard. */
  async function queryDue(shard: number, now: number, limit: number): Promise<RowKey[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: 'byDue',
        KeyConditionExpression: 'duePk = :pk AND dueSk < :until',
        ExpressionAttributeValues: { ':pk': renderDueShard(shard), ':until': renderDueTime(now) },
        Limit: limit,
      }),
    );
    return Items.map(readKey);
  }

  /** Keys of a partition whose sort key begins with `prefix`, at most `limit`. Consistent. */
  async function listKeys(pk: string, prefix: string, limit: number): Promise<RowKey[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix !== '' && { ':prefix': prefix }) },
        ProjectionExpression: 'pk, sk',
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    return Items.map(readKey);
  }

  return {
    get,
    getMany,
    transact,
    query,
    list,
    listWithKeys,
    queryDue,
    listKeys,
    scanTenant: (tenantId: string, from: RowKey | undefined) =>
      scanTenant(documents, tableName, tenantId, from),
  };
}

function renderWrite(
  tableName: string,
  write: Write,
): NonNullable<TransactWriteCommandInput['TransactItems']>[number] {
  switch (write.kind) {
    case 'create':
      return {
        Put: {
          TableName: tableName,
          Item: renderItem(write.key, write.body, write.placement),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      };
    case 'replace':
      return {
        Put: {
          TableName: tableName,
          Item: renderItem(write.key, write.body, write.placement),
          ConditionExpression: 'rev = :rev',
          ExpressionAttributeValues: { ':rev': write.expectedRev },
        },
      };
    case 'delete':
      return {
        Delete: {
          TableName: tableName,
          Key: write.key,
          ...(write.expectedRev === undefined
            ? { ConditionExpression: 'attribute_exists(pk)' }
            : {
                ConditionExpression: 'rev = :rev',
                ExpressionAttributeValues: { ':rev': write.expectedRev },
              }),
        },
      };
    case 'expire':
      return {
        Update: {
          TableName: tableName,
          Key: write.key,
          UpdateExpression: 'SET #ttl = :ttl',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':ttl': write.ttl },
        },
      };
    case 'add': {
      const names = Object.keys(write.amounts);
      const limited = names.filter((name) => write.atMost?.[name] !== undefined);
      return {
        Update: {
          TableName: tableName,
          Key: write.key,
          UpdateExpression: `ADD ${names.map((_, i) => `#n${i} :v${i}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#n${i}`, name])),
          ...(limited.length > 0 && {
            ConditionExpression: limited
              .map((name) => names.indexOf(name))
              .map((i) => `(attribute_not_exists(#n${i}) OR #n${i} <= :m${i})`)
              .join(' AND '),
          }),
          ExpressionAttributeValues: Object.fromEntries([
            ...names.map((name, i) => [`:v${i}`, write.amounts[name]]),
            ...limited.map((name) => [
              `:m${names.indexOf(name)}`,
              (write.atMost?.[name] ?? 0) - (write.amounts[name] ?? 0),
            ]),
          ]),
        },
      };
    }
  }
}

function renderItem(key: RowKey, body: object, placement: Placement): Record<string, unknown> {
  const { byTenant, byParent, dueAt, ttl } = placement;
  return {
    ...body,
    ...key,
    ...(byTenant && { tenantPk: byTenant.partition, tenantSk: byTenant.sort }),
    ...(byParent && { parentPk: byParent.partition, parentSk: byParent.sort }),
    ...(dueAt !== undefined && {
      duePk: renderDueShard(chooseShard(key.pk)),
      dueSk: `${renderDueTime(dueAt)}#${key.pk}`,
    }),
    ...(ttl !== undefined && { ttl }),
  };
}

function stripStorage(item: Record<string, unknown>): Record<string, unknown> {
  const body = { ...item };
  for (const attribute of STORAGE_ATTRIBUTES) delete body[attribute];
  return body;
}

function chooseShard(pk: string): number {
  return createHash('sha256').update(pk).digest().readUInt8(0) % DUE_SHARDS;
}

function renderDueShard(shard: number): string {
  return `due#${shard}`;
}

function renderDueTime(epochMs: number): string {
  return String(epochMs).padStart(DUE_SORT_DIGITS, '0');
}

function joinKey({ pk, sk }: RowKey): string {
  return `${pk}\n${sk}`;
}

function backoffMs(attempt: number): number {
  return CONFLICT_BACKOFF_MS * 2 ** attempt * (0.5 + Math.random());
}
