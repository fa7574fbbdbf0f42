import type { TenantScope } from '../platform/index.ts';
import { QUOTAS, type Quota } from './plans.ts';

/** Where what a tenant has used is counted: rows of a month, and rows for good. */
export const QUOTA_OWNER = 'quota';
export const FOREVER = 'forever';
export const SHARD = 'shard#';

/** Amounts of some quotas. */
export type Amounts = Readonly<Partial<Record<Quota, number>>>;

/** What is used now, in the month of `now` and for good. */
export async function readUsed(scope: TenantScope, now: number): Promise<Readonly<Record<Quota, number>>> {
  const rows = await Promise.all(
    [renderMonth(now), FOREVER].map((period) =>
      scope.table.listAttached<Amounts>(QUOTA_OWNER, period, SHARD),
    ),
  );
  const sum = (quota: Quota) => rows.flat().reduce((total, row) => total + (row[quota] ?? 0), 0);
  return Object.fromEntries(QUOTAS.map((quota) => [quota, Math.max(0, sum(quota))])) as Record<Quota, number>;
}

/** `2026-11`. */
export function renderMonth(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}
