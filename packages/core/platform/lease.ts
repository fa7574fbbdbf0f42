/** A worker's claim on a row: while it lasts, nobody else works on it. */
export interface Lease {
  readonly token: string;
  /** Epoch ms after which others may claim the row. */
  readonly until: number;
}

export function isLeaseHeld(lease: Lease | undefined, now: number): boolean {
  return lease !== undefined && lease.until > now;
}

/** Why work on an object ended without a result. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** The limit that was not kept. */
  readonly limit?: {
    readonly name: string;
    readonly value: number;
    readonly setBy: 'PLAN' | 'PROFILE' | 'SERVICE';
  };
}

/** A row that should have been moved on by now is sent again this much later. */
export const RESEND_AFTER_MS = 60_000;
const LONGEST_RESEND_MS = 10 * 60_000;

/**
 * When a row that was just sent again is overdue next: the waits double with its age, up to ten minutes, so that a long
 * backlog is not filled with copies.
 */
export function chooseNextDue(createdAt: number, now: number): number {
  return now + Math.min(LONGEST_RESEND_MS, Math.max(RESEND_AFTER_MS, now - createdAt));
}
