import { createTenantScope, type Platform, revise, type TenantScope, type Write } from '../platform/index.ts';
import { addCounts, type Counts, type Deletion, deletionKind, type Remains } from './entity.ts';

/** Where certificates of tenants are kept: the operator's own partition, which outlives them. */
export const REGISTER = 'operator';

/** Requests that had read a row before it went have ended by then: the API's time-out, and a moment for the indexes. */
const SETTLE_MS = 32_000;

/** What a step found: go on, wait until a time, or nothing is left. */
export type Step = 'AGAIN' | 'DONE' | { readonly waitUntil: number };

/** A claimed deletion in the hands of one worker. */
export interface Work {
  readonly platform: Platform;
  /** Of the tenant whose things go. */
  readonly scope: TenantScope;
  readonly job: () => Deletion;
  /** Writes the job's progress and what was done, all or nothing. @throws ConditionFailedError */
  readonly commit: (changes: Partial<Deletion>, writes?: readonly Write[]) => Promise<void>;
}

export function openWork(platform: Platform, home: TenantScope, claimed: Deletion): Work {
  let current = claimed;
  return {
    platform,
    scope: createTenantScope(platform, claimed.tenantId),
    job: () => current,
    async commit(changes, writes = []) {
      const next = revise<Deletion>({ ...current, ...changes }, {});
      await home.table.transact([home.table.replace(deletionKind, next), ...writes]);
      current = next;
    },
  };
}

/** Rows that go, and what they leave behind. */
export interface Taken {
  readonly writes: readonly Write[];
  readonly counts: Counts;
  readonly remains?: readonly Remains[];
}

/** Deletes rows in the transaction that counts them: a worker may vanish anywhere, and none is counted twice or not at all. */
export async function take(
  work: Work,
  { writes, counts, remains = [] }: Taken,
  changes: Partial<Deletion> = {},
): Promise<void> {
  const job = work.job();
  const done = { counts: addCounts(job.counts, counts), remains: [...job.remains, ...remains] };
  await work.commit({ ...changes, ...done }, writes);
}

/** When nobody writes for a thing any more that goes now. */
export function chooseNotBefore(
  now: number,
  subject: Deletion['subject'],
  leases: readonly (number | undefined)[],
): number {
  // What a rule lets go is days old: no request is under way for it.
  const settled = subject === 'RETENTION' ? now : now + SETTLE_MS;
  return Math.max(settled, ...leases.map((until) => until ?? 0));
}
