export * from './bucket.ts';
export { type SignedPart, type StoredPart, UploadGoneError } from './bucket-uploads.ts';
export * from './change.ts';
export * from './config.ts';
export * from './create-platform.ts';
export * from './cursor.ts';
export * from './data-keys.ts';
export * from './errors.ts';
export * from './idempotency.ts';
export * from './ids.ts';
export * from './lease.ts';
export * from './list-page.ts';
export * from './messages.ts';
export * from './peppers.ts';
export * from './queue.ts';
export type { RowKey } from './row-key.ts';
export * from './sharded-counts.ts';
export * from './sweep.ts';
export {
  ConditionFailedError,
  type Entity,
  type Page,
  type Placement,
  type Table,
  type Write,
} from './table.ts';
export * from './tenant-scope.ts';
export * from './tenant-table.ts';
export * from './trace.ts';
export * from './transition.ts';
export * from './validate.ts';
