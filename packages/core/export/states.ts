import { chooseNextDue, isLeaseHeld, type Lease, revise } from '../platform/index.ts';
import type { TenantExport } from './entity.ts';

/** RUNNING → DONE → EXPIRED, as pure steps. */

/** For so long the files of an export are kept. */
export const EXPORT_LIFE_MS = 7 * 86_400_000;

/** Takes an export that is at work, or one whose time is over. */
export function claimExport(job: TenantExport, lease: Lease, now: number): TenantExport | undefined {
  const isOpen =
    job.state === 'RUNNING' || (job.state === 'DONE' && job.expiresAt !== undefined && job.expiresAt <= now);
  if (!isOpen || isLeaseHeld(job.lease, now)) return undefined;
  return revise(job, { startedAt: job.startedAt ?? now, lease, dueAt: lease.until });
}

/** Gives a claimed export back, to be gone on with at once. */
export function releaseExport(
  job: TenantExport,
  token: string,
  now: number,
  broke: boolean,
): TenantExport | undefined {
  if (job.lease?.token !== token) return undefined;
  return revise(job, { lease: undefined, dueAt: now, troubles: job.troubles + (broke ? 1 : 0) });
}

export function completeExport(job: TenantExport, now: number): TenantExport {
  const expiresAt = now + EXPORT_LIFE_MS;
  return revise(job, {
    state: 'DONE',
    endedAt: now,
    expiresAt,
    cursor: undefined,
    after: undefined,
    lease: undefined,
    dueAt: expiresAt,
  });
}

/** Its files are gone. */
export function expireExport(job: TenantExport): TenantExport {
  return revise(job, { state: 'EXPIRED', manifest: [], lease: undefined, dueAt: undefined });
}

/** It was sent again just now and is overdue only after another while. */
export function postponeExport(job: TenantExport, now: number): TenantExport | undefined {
  if (job.dueAt === undefined || job.dueAt > now) return undefined;
  return revise(job, { dueAt: chooseNextDue(job.expiresAt ?? job.createdAt, now) });
}
