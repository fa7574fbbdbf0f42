import { createHash } from 'node:crypto';
import {
  type Bucket,
  ConditionFailedError,
  createIdGenerator,
  ObjectChangedError,
  type Platform,
  type Queues,
  type RowKey,
  type Table,
  type Write,
} from '@loupe/core/platform';

/** A platform whose table, bucket and queue `evaluate` lie in memory: no round trip takes time. What is not needed fails. */
export interface MemoryPlatform {
  readonly platform: Platform;
  /** Messages that were sent to `evaluate` and not yet taken. */
  readonly messages: { readonly jobId: string; readonly chunk?: number }[];
}

export function createMemoryPlatform(clock: () => number): MemoryPlatform {
  const messages: MemoryPlatform['messages'] = [];
  const queues: Partial<Queues> = {
    send: async (_, sent) => {
      messages.push(...(sent as readonly { jobId: string; chunk?: number }[]));
    },
  };
  const platform: Partial<Platform> = {
    table: createTable() as Table,
    bucket: createBucket() as Bucket,
    // Nothing is sealed here.
    dataKeys: { scope: () => ({}) } as unknown as Platform['dataKeys'],
    queues: queues as Queues,
    clock,
    createId: createIdGenerator(clock),
    secret: 's'.repeat(32),
    stage: 'test',
  };
  return { platform: platform as Platform, messages };
}

type Row = Record<string, unknown>;

function createTable(): Partial<Table> {
  const rows = new Map<string, Row>();
  const join = ({ pk, sk }: RowKey) => `${pk}\n${sk}`;
  const find = <T>(key: RowKey) => structuredClone(rows.get(join(key))) as T | undefined;

  function holds(write: Write): boolean {
    const row = rows.get(join(write.key));
    if (write.kind === 'create') return row === undefined;
    if (write.kind === 'replace' || write.kind === 'delete') return row?.rev === write.expectedRev;
    return true;
  }

  function apply(write: Write): void {
    const key = join(write.key);
    if (write.kind === 'create' || write.kind === 'replace')
      rows.set(key, structuredClone(write.body) as Row);
    if (write.kind === 'delete') rows.delete(key);
    if (write.kind !== 'add') return;
    const row = rows.get(key) ?? {};
    for (const [name, amount] of Object.entries(write.amounts)) row[name] = Number(row[name] ?? 0) + amount;
    rows.set(key, row);
  }

  return {
    get: async (key) => find(key),
    getMany: async (keys) => keys.map((key) => find(key)),
    list: async (pk, prefix) =>
      [...rows.keys()]
        .filter((key) => key.startsWith(`${pk}\n${prefix}`))
        .sort()
        .map((key) => structuredClone(rows.get(key)) as never),
    transact: async (writes) => {
      const failed = writes.flatMap((write, position) => (holds(write) ? [] : [position]));
      if (failed.length > 0) throw new ConditionFailedError(failed, undefined);
      for (const write of writes) apply(write);
    },
  };
}

function createBucket(): Partial<Bucket> {
  const objects = new Map<string, Uint8Array>();
  return {
    scope: (tenantId) => {
      const find = (path: string) => {
        const bytes = objects.get(`${tenantId}/${path}`);
        if (!bytes) throw new ObjectChangedError();
        return bytes;
      };
      const put = (path: string, bytes: Uint8Array) => void objects.set(`${tenantId}/${path}`, bytes);
      const scoped: Partial<ReturnType<Bucket['scope']>> = {
        head: async (path) => {
          const bytes = objects.get(`${tenantId}/${path}`);
          return bytes && { bytes: bytes.length, etag: createHash('md5').update(bytes).digest('hex') };
        },
        get: async (path, { range } = {}) =>
          range ? find(path).subarray(range.from, range.from + range.bytes) : find(path),
        put: async (path, bytes) => put(path, bytes),
        write: async (path, pieces) => {
          const bytes = Buffer.concat(await Array.fromAsync(pieces));
          if (bytes.length > 0) put(path, bytes);
          return bytes.length;
        },
        copy: async (from, to) => put(to, find(from)),
        list: async (prefix, limit) =>
          [...objects.keys()]
            .filter((key) => key.startsWith(`${tenantId}/${prefix}`))
            .slice(0, limit)
            .map((key) => ({ path: key.slice(tenantId.length + 1), bytes: 0 })),
        remove: async (paths) => {
          for (const path of paths) objects.delete(`${tenantId}/${path}`);
        },
      };
      return scoped as ReturnType<Bucket['scope']>;
    },
  };
}
