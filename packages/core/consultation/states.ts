import { addUsage, type ModelUsage } from '../inspection/index.ts';
import {
  chooseNextDue,
  type Failure,
  isLeaseHeld,
  type Lease,
  RESEND_AFTER_MS,
  revise,
} from '../platform/index.ts';
import type { AnyConsultation, ProposedProfile } from './entity.ts';

/**
 * The life of a consultation, as pure steps; the same as an inspection's: QUEUED → RUNNING → DONE | FAILED, given back
 * to QUEUED by a worker that can't go on, lost when a lease ends. Each gives undefined when it does not apply.
 */

/** What a model gave. */
export type ConsultationResult = { readonly answer: string } | { readonly proposal: ProposedProfile };

export function isConsultationOpen(consultation: AnyConsultation): boolean {
  return consultation.state === 'QUEUED' || consultation.state === 'RUNNING';
}

export function claimConsultation(
  consultation: AnyConsultation,
  lease: Lease,
  now: number,
): AnyConsultation | undefined {
  if (consultation.retryAt !== undefined && consultation.retryAt > now) return undefined;
  if (!isConsultationOpen(consultation) || isLeaseHeld(consultation.lease, now)) return undefined;
  return revise(consultation, {
    state: 'RUNNING',
    attempt: consultation.attempt + 1,
    lease,
    retryAt: undefined,
    startedAt: now,
    dueAt: lease.until,
  });
}

/** Gives it back, to be tried again from `retryAt` on; the orderly attempt is not counted, what it used up is. */
export function releaseConsultation(
  consultation: AnyConsultation,
  token: string,
  retryAt: number,
  spent: ModelUsage | undefined,
): AnyConsultation | undefined {
  if (!isMine(consultation, token)) return undefined;
  return revise(consultation, {
    state: 'QUEUED',
    attempt: consultation.attempt - 1,
    lease: undefined,
    retryAt,
    usage: addUsage(consultation.usage, spent),
    dueAt: retryAt + RESEND_AFTER_MS,
  });
}

export function completeConsultation(
  consultation: AnyConsultation,
  token: string,
  result: ConsultationResult,
  usage: ModelUsage,
  now: number,
): AnyConsultation | undefined {
  if (!isMine(consultation, token)) return undefined;
  return end({ ...consultation, ...result, usage: addUsage(consultation.usage, usage) }, 'DONE', now);
}

export function failConsultation(
  consultation: AnyConsultation,
  token: string,
  failure: Failure,
  spent: ModelUsage | undefined,
  now: number,
): AnyConsultation | undefined {
  if (!isMine(consultation, token)) return undefined;
  return end({ ...consultation, failure, usage: addUsage(consultation.usage, spent) }, 'FAILED', now);
}

/** It was sent again just now, and is overdue only after another while. */
export function postponeConsultation(
  consultation: AnyConsultation,
  now: number,
): AnyConsultation | undefined {
  if (consultation.dueAt === undefined || consultation.dueAt > now) return undefined;
  return revise(consultation, { dueAt: chooseNextDue(consultation.createdAt, now) });
}

function end(consultation: AnyConsultation, state: 'DONE' | 'FAILED', now: number): AnyConsultation {
  return revise(consultation, {
    state,
    finishedAt: now,
    lease: undefined,
    retryAt: undefined,
    dueAt: undefined,
  });
}

function isMine(consultation: AnyConsultation, token: string): boolean {
  return consultation.state === 'RUNNING' && consultation.lease?.token === token;
}
