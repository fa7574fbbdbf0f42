import { isLeaseHeld, type Lease, RESEND_AFTER_MS, revise } from '../platform/index.ts';
import type { Delivery, DeliveryAttempt } from './entity.ts';

/** The life of a delivery, as pure steps: PENDING → DELIVERED | FAILED. */

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
/** Waits between attempts, as Standard Webhooks suggests them: three days in all. */
export const WAITS_MS = [
  5 * SECOND_MS,
  5 * 60 * SECOND_MS,
  0.5 * HOUR_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const;
const JITTER = 0.2;
const KEPT_ATTEMPTS = 20;

/** Takes the delivery until the lease ends; undefined when somebody has it, it ended, or is not due yet. */
export function claimDelivery(delivery: Delivery, lease: Lease, now: number): Delivery | undefined {
  if (delivery.state !== 'PENDING' || delivery.nextAt > now || isLeaseHeld(delivery.lease, now))
    return undefined;
  return revise(delivery, { lease, dueAt: lease.until });
}

/**
 * Writes down how an attempt went. 2xx delivers, 410 ends it; everything else waits for the next attempt, until there is
 * none.
 * @param random 0 to 1
 */
export function finishAttempt(
  delivery: Delivery,
  token: string,
  attempt: DeliveryAttempt,
  random: number,
): Delivery | undefined {
  if (delivery.state !== 'PENDING' || delivery.lease?.token !== token) return undefined;
  const attempts = [...delivery.attempts, attempt].slice(-KEPT_ATTEMPTS);
  const next = { attempts, tries: delivery.tries + 1, lease: undefined };
  const { status } = attempt;
  if (status !== undefined && status >= 200 && status < 300)
    return revise(delivery, { ...next, state: 'DELIVERED', dueAt: undefined });
  const wait = status === 410 ? undefined : WAITS_MS[delivery.tries];
  if (wait === undefined) return revise(delivery, { ...next, state: 'FAILED', dueAt: undefined });
  const nextAt = attempt.at + Math.round(wait * (1 - JITTER + 2 * JITTER * random));
  return revise(delivery, { ...next, nextAt, dueAt: nextAt });
}

/** To be sent again by hand, whatever became of it. */
export function renewDelivery(delivery: Delivery, now: number): Delivery | undefined {
  if (isLeaseHeld(delivery.lease, now)) return undefined;
  return revise(delivery, { state: 'PENDING', tries: 0, nextAt: now, dueAt: now + RESEND_AFTER_MS });
}

/** It was sent to its queue just now. */
export function postponeDelivery(delivery: Delivery, now: number): Delivery | undefined {
  if (delivery.dueAt === undefined || delivery.dueAt > now) return undefined;
  return revise(delivery, { dueAt: now + RESEND_AFTER_MS });
}
