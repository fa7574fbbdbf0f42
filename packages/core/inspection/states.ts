import {
  chooseNextDue,
  type Failure,
  isLeaseHeld,
  type Lease,
  RESEND_AFTER_MS,
  revise,
} from '../platform/index.ts';
import type { Inspection, ModelUsage, Verdict } from './entity.ts';

/**
 * The life of an inspection, as pure steps: each gives the next revision, or undefined when the step does not apply any
 * more. QUEUED → RUNNING → DONE | FAILED; a worker that can't go on gives it back to QUEUED, one that vanished loses it
 * when its lease ends.
 */

/** An inspection that was begun this often without an end fails. */
export const MAX_JUDGE_ATTEMPTS = 5;

/** Takes the inspection until the lease ends; undefined when somebody has it or it ended. */
export function claimInspection(inspection: Inspection, lease: Lease, now: number): Inspection | undefined {
  const free =
    inspection.state === 'QUEUED' || (inspection.state === 'RUNNING' && !isLeaseHeld(inspection.lease, now));
  if (!free) return undefined;
  return revise(inspection, {
    state: 'RUNNING',
    attempt: inspection.attempt + 1,
    lease,
    startedAt: now,
    dueAt: lease.until,
  });
}

/** Gives a claimed inspection back, to be tried again at `retryAt`. */
export function releaseInspection(
  inspection: Inspection,
  token: string,
  retryAt: number,
): Inspection | undefined {
  if (!isMine(inspection, token)) return undefined;
  return revise(inspection, { state: 'QUEUED', lease: undefined, dueAt: retryAt + RESEND_AFTER_MS });
}

export function completeInspection(
  inspection: Inspection,
  token: string,
  result: { readonly verdict: Verdict; readonly usage: ModelUsage; readonly judgeMs: number },
  now: number,
): Inspection | undefined {
  if (!isMine(inspection, token)) return undefined;
  return revise(inspection, {
    ...result,
    state: 'DONE',
    finishedAt: now,
    lease: undefined,
    dueAt: undefined,
  });
}

/** Ends it without a verdict: by the worker that has it, or, without a token, while nobody has it. */
export function failInspection(
  inspection: Inspection,
  token: string | undefined,
  failure: Failure,
  now: number,
): Inspection | undefined {
  const may =
    token === undefined
      ? inspection.state === 'QUEUED' ||
        (inspection.state === 'RUNNING' && !isLeaseHeld(inspection.lease, now))
      : isMine(inspection, token);
  if (!may) return undefined;
  return revise(inspection, {
    failure,
    state: 'FAILED',
    finishedAt: now,
    lease: undefined,
    dueAt: undefined,
  });
}

/** It was sent again just now, or waits for its sample, and is overdue only after another while. */
export function postponeInspection(inspection: Inspection, now: number): Inspection | undefined {
  if (inspection.dueAt === undefined || inspection.dueAt > now) return undefined;
  return revise(inspection, { dueAt: chooseNextDue(inspection.createdAt, now) });
}

function isMine(inspection: Inspection, token: string): boolean {
  return inspection.state === 'RUNNING' && inspection.lease?.token === token;
}
