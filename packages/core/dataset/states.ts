import { chooseNextDue, isLeaseHeld, type Lease, RESEND_AFTER_MS, revise } from '../platform/index.ts';
import type { DatasetImport, ImportEnding } from './entity.ts';

/** AWAITING_UPLOAD → QUEUED → RUNNING → DONE | FAILED, as pure steps. */

/** An import whose step vanishes this often, worker and all, fails. */
export const MAX_IMPORT_ATTEMPTS = 5;
/** For this long a step is tried again when it fails on our side. */
export const IMPORT_PATIENCE_MS = 60 * 60_000;

export function startImport(job: DatasetImport, now: number): DatasetImport | undefined {
  if (job.state !== 'AWAITING_UPLOAD') return undefined;
  return revise(job, { state: 'QUEUED', dueAt: now + RESEND_AFTER_MS });
}

export function claimImport(job: DatasetImport, lease: Lease, now: number): DatasetImport | undefined {
  const isOpen = job.state === 'QUEUED' || (job.state === 'RUNNING' && !isLeaseHeld(job.lease, now));
  if (!isOpen) return undefined;
  return revise(job, { state: 'RUNNING', attempt: job.attempt + 1, lease, dueAt: lease.until });
}

/** Gives a claimed import back, to be gone on with at `retryAt`; the attempt ended in an orderly way and is not counted. */
export function releaseImport(
  job: DatasetImport,
  token: string,
  retryAt: number,
  changes: Pick<DatasetImport, 'failingSince' | 'work'> = {},
): DatasetImport | undefined {
  if (job.state !== 'RUNNING' || job.lease?.token !== token) return undefined;
  return revise<DatasetImport>(job, {
    ...changes,
    state: 'QUEUED',
    attempt: job.attempt - 1,
    lease: undefined,
    dueAt: retryAt + RESEND_AFTER_MS,
  });
}

/** Notes how far a claimed import came. Its attempts, and patience with it, count again from there. */
export function advanceImport(
  job: DatasetImport,
  token: string,
  changes: Partial<DatasetImport>,
): DatasetImport | undefined {
  if (job.state !== 'RUNNING' || job.lease?.token !== token) return undefined;
  return revise<DatasetImport>(job, { ...changes, attempt: 1, failingSince: undefined });
}

/** Ends a claimed import. */
export function endImport(
  job: DatasetImport,
  token: string,
  ending: ImportEnding,
  now: number,
): DatasetImport | undefined {
  if (job.state !== 'RUNNING' || job.lease?.token !== token) return undefined;
  return revise<DatasetImport>(job, {
    ...ending,
    state: ending.failure ? 'FAILED' : 'DONE',
    finishedAt: now,
    work: undefined,
    failingSince: undefined,
    lease: undefined,
    dueAt: undefined,
  });
}

/** It was sent again just now and is overdue only after another while. */
export function postponeImport(job: DatasetImport, now: number): DatasetImport | undefined {
  if (job.dueAt === undefined || job.dueAt > now) return undefined;
  return revise(job, { dueAt: chooseNextDue(job.createdAt, now) });
}
