import { chooseNextDue, isLeaseHeld, type Lease, RESEND_AFTER_MS, revise } from '../platform/index.ts';
import type { DatasetImport, ImportEnding } from './entity.ts';

/** AWAITING_UPLOAD → QUEUED → RUNNING → DONE | FAILED, as pure steps. */

/** Of one step. */
export const MAX_IMPORT_ATTEMPTS = 5;

export function startImport(job: DatasetImport, now: number): DatasetImport | undefined {
  if (job.state !== 'AWAITING_UPLOAD') return undefined;
  return revise(job, { state: 'QUEUED', dueAt: now + RESEND_AFTER_MS });
}

export function claimImport(job: DatasetImport, lease: Lease, now: number): DatasetImport | undefined {
  const isOpen = job.state === 'QUEUED' || (job.state === 'RUNNING' && !isLeaseHeld(job.lease, now));
  if (!isOpen) return undefined;
  return revise(job, { state: 'RUNNING', attempt: job.attempt + 1, lease, dueAt: lease.until });
}

/** Gives a claimed import back: something of ours failed, and another worker may go on. */
export function releaseImport(job: DatasetImport, token: string, now: number): DatasetImport | undefined {
  if (job.state !== 'RUNNING' || job.lease?.token !== token) return undefined;
  return revise(job, { state: 'QUEUED', lease: undefined, dueAt: now + RESEND_AFTER_MS });
}

/** Notes how far a claimed import came. Its attempts count again from there. */
export function advanceImport(
  job: DatasetImport,
  token: string,
  changes: Partial<DatasetImport>,
): DatasetImport | undefined {
  if (job.state !== 'RUNNING' || job.lease?.token !== token) return undefined;
  return revise<DatasetImport>(job, { ...changes, attempt: 1 });
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
    lease: undefined,
    dueAt: undefined,
  });
}

/** It was sent again just now and is overdue only after another while. */
export function postponeImport(job: DatasetImport, now: number): DatasetImport | undefined {
  if (job.dueAt === undefined || job.dueAt > now) return undefined;
  return revise(job, { dueAt: chooseNextDue(job.createdAt, now) });
}
