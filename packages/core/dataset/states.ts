import {
  chooseNextDue,
  type Failure,
  isLeaseHeld,
  type Lease,
  RESEND_AFTER_MS,
  revise,
} from '../platform/index.ts';
import type { DatasetImport } from './entity.ts';

/** AWAITING_UPLOAD → QUEUED → RUNNING → DONE | FAILED, as pure steps. */

export const MAX_IMPORT_ATTEMPTS = 3;

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

/** Ends a claimed import. */
export function endImport(
  job: DatasetImport,
  token: string,
  result: Pick<
    DatasetImport,
    'badLines' | 'badLineCount' | 'hasBadLineReport' | 'itemCount' | 'versionId'
  > & {
    readonly failure?: Failure;
  },
  now: number,
): DatasetImport | undefined {
  if (job.state !== 'RUNNING' || job.lease?.token !== token) return undefined;
  return revise<DatasetImport>(
    { ...job, ...result },
    {
      state: result.failure ? 'FAILED' : 'DONE',
      finishedAt: now,
      lease: undefined,
      dueAt: undefined,
    },
  );
}

/** It was sent again just now and is overdue only after another while. */
export function postponeImport(job: DatasetImport, now: number): DatasetImport | undefined {
  if (job.dueAt === undefined || job.dueAt > now) return undefined;
  return revise(job, { dueAt: chooseNextDue(job.createdAt, now) });
}
