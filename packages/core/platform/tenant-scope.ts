import type { Bucket, TenantBucket } from './bucket.ts';
import type { DataKeys, TenantDataKeys } from './data-keys.ts';
import type { IdGenerator } from './ids.ts';
import type { Peppers } from './peppers.ts';
import type { Queues } from './queue.ts';
import type { Table } from './table.ts';
import { scopeTable, type TenantTable } from './tenant-table.ts';

/** What the process runs on. Nothing here belongs to a tenant. */
export interface Platform extends Peppers {
  readonly table: Table;
  readonly bucket: Bucket;
  readonly dataKeys: DataKeys;
  readonly queues: Queues;
  readonly clock: () => number;
  readonly createId: IdGenerator;
  readonly stage: string;
  /** Of the request being served, as a `traceparent`. */
  readonly trace?: string | undefined;
}

/**
 * The only way to a tenant's rows and objects. It is made from a credential, or by a worker from the key of the row it
 * was handed; nothing a caller sends names a tenant.
 */
export interface TenantScope extends Peppers {
  readonly tenantId: string;
  readonly table: TenantTable;
  readonly bucket: TenantBucket;
  readonly dataKeys: TenantDataKeys;
  readonly queues: Queues;
  readonly clock: () => number;
  readonly createId: IdGenerator;
  readonly stage: string;
  /** Of the request being served, as a `traceparent`; new rows keep it. */
  readonly trace: string | undefined;
}

export function createTenantScope(platform: Platform, tenantId: string): TenantScope {
  return {
    tenantId,
    table: scopeTable(platform.table, tenantId),
    bucket: platform.bucket.scope(tenantId),
    dataKeys: platform.dataKeys.scope(tenantId),
    queues: platform.queues,
    clock: platform.clock,
    createId: platform.createId,
    secret: platform.secret,
    previousSecret: platform.previousSecret,
    stage: platform.stage,
    trace: platform.trace,
  };
}
