import {
  chooseNextDue,
  type Failure,
  isLeaseHeld,
  type Lease,
  RESEND_AFTER_MS,
  revise,
} from '../platform/index.ts';
import type { Inspection, ModelUsage, Slot, Verdict } from './entity.ts';
import { addUsage } from './usage.ts';

/**
 * The life of an inspection, as pure steps: each gives the next revision, or undefined when the step does not apply any
 * more. QUEUED → RUNNING → DONE | FAILED; a worker that can't go on gives it back to QUEUED, one that vanished loses it
 * when its lease ends.
 */

/** An inspection whose judging vanishes this often, worker and all, fails. */
export const MAX_JUDGE_ATTEMPTS = 5;
/** For this long after its sample was READY an inspection is tried again when its model can't answer. */
export const PATIENCE_MS = 60 * 60_000;

/** Takes the inspection until the lease ends; undefined when somebody has it, it ended, or its retry is not due yet. */
export function claimInspection(inspection: Inspection, lease: Lease, now: number): Inspection | undefined {
  if (inspection.retryAt !== undefined && inspection.retryAt > now) return undefined;
  if (!isFree(inspection, now)) return undefined;
  return revise(inspection, {
    state: 'RUNNING',
    attempt: inspection.attempt + 1,
    lease,
    retryAt: undefined,
    waitReason: undefined,
    startedAt: now,
    dueAt: lease.until,
  });
}

/**
 * Gives a claimed inspection back, to be tried again from `retryAt` on and not before. The attempt ended in an orderly
 * way and is not counted; what it used up is.
 */
export function releaseInspection(
  inspection: Inspection,
  token: string,
  retryAt: number,
  waitReason: Failure,
  spent: ModelUsage | undefined,
  slot?: Slot,
): Inspection | undefined {
  if (!isMine(inspection, token)) return undefined;
  return revise(inspection, {
    state: 'QUEUED',
    slot,
    attempt: inspection.attempt - 1,
    lease: undefined,
    retryAt,
    waitReason,
    usage: addUsage(inspection.usage, spent),
    dueAt: retryAt + RESEND_AFTER_MS,
  });
}

export function completeInspection(
  inspection: Inspection,
  token: string,
  result: { readonly verdict: Verdict; readonly usage: ModelUsage; readonly judgeMs: number },
  now: number,
): Inspection | undefined {
  if (!isMine(inspection, token)) return undefined;
  return end(inspection, now, {
    state: 'DONE',
    verdict: result.verdict,
    judgeMs: result.judgeMs,
    usage: addUsage(inspection.usage, result.usage),
  });
}

/** Ends it without a verdict: by the worker that has it, or, without a token, while nobody has it. */
export function failInspection(
  inspection: Inspection,
  token: string | undefined,
  failure: Failure,
  now: number,
  spent?: ModelUsage,
): Inspection | undefined {
  const may = token === undefined ? isFree(inspection, now) : isMine(inspection, token);
  if (!may) return undefined;
  return end(inspection, now, { state: 'FAILED', failure, usage: addUsage(inspection.usage, spent) });
}

/** It was sent again just now, or waits for its sample, and is overdue only after another while. */
export function postponeInspection(inspection: Inspection, now: number): Inspection | undefined {
  if (inspection.dueAt === undefined || inspection.dueAt > now) return undefined;
  return revise(inspection, { dueAt: chooseNextDue(inspection.createdAt, now) });
}

function end(inspection: Inspection, now: number, changes: Partial<Inspection>): Inspection {
  return revise(inspection, {
    ...changes,
    finishedAt: now,
    lease: undefined,
    retryAt: undefined,
    waitReason: undefined,
    slot: undefined,
    dueAt: undefined,
  });
}

function isFree(inspection: Inspection, now: number): boolean {
  return (
    inspection.state === 'QUEUED' || (inspection.state === 'RUNNING' && !isLeaseHeld(inspection.lease, now))
  );
}

function isMine(inspection: Inspection, token: string): boolean {
  return inspection.state === 'RUNNING' && inspection.lease?.token === token;
}
