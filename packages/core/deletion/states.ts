import { createHash } from 'node:crypto';
import { chooseNextDue, isLeaseHeld, type Lease, revise } from '../platform/index.ts';
import type { Deletion } from './entity.ts';

/** SCHEDULED → RUNNING → DONE, or SCHEDULED → CANCELLED, as pure steps. A deletion never fails: it goes on until it is done. */

export function claimDeletion(deletion: Deletion, lease: Lease, now: number): Deletion | undefined {
  const isOpen = deletion.state === 'RUNNING' || (deletion.state === 'SCHEDULED' && deletion.startsAt <= now);
  if (!isOpen || isLeaseHeld(deletion.lease, now)) return undefined;
  return revise(deletion, {
    state: 'RUNNING',
    startedAt: deletion.startedAt ?? now,
    lease,
    dueAt: lease.until,
  });
}

/** Gives a claimed deletion back, to be gone on with at `at`. */
export function releaseDeletion(
  deletion: Deletion,
  token: string,
  at: number,
  broke: boolean,
): Deletion | undefined {
  if (deletion.state !== 'RUNNING' || deletion.lease?.token !== token) return undefined;
  return revise(deletion, { lease: undefined, dueAt: at, troubles: deletion.troubles + (broke ? 1 : 0) });
}

export function cancelDeletion(deletion: Deletion, now: number): Deletion | undefined {
  if (deletion.state !== 'SCHEDULED' || deletion.startsAt <= now) return undefined;
  return revise(deletion, { state: 'CANCELLED', endedAt: now, dueAt: undefined });
}

/** What a deletion becomes when nothing is left. */
export function certify(deletion: Deletion, now: number): Partial<Deletion> {
  const ended = { ...deletion, endedAt: now };
  return {
    state: 'DONE',
    endedAt: now,
    digest: digestCertificate(ended),
    counted: undefined,
    scan: undefined,
    plan: undefined,
    lease: undefined,
    dueAt: undefined,
  };
}

/** SHA-256 of the certificate as JSON, in this order of its fields. */
export function digestCertificate(deletion: Deletion): string {
  const { id, subject, targetId, requestedBy, createdAt, endedAt, counts, kept = [] } = deletion;
  const certificate = {
    id,
    subject,
    targetId,
    requestedBy: { kind: requestedBy.kind, id: requestedBy.id ?? null },
    createdAt,
    endedAt,
    counts: Object.entries(counts).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    kept: kept.map(({ what, rows }) => [what, rows]),
  };
  return createHash('sha256').update(JSON.stringify(certificate)).digest('hex');
}

/** It was sent again just now and is overdue only after another while. */
export function postponeDeletion(deletion: Deletion, now: number): Deletion | undefined {
  if (deletion.dueAt === undefined || deletion.dueAt > now) return undefined;
  return revise(deletion, { dueAt: chooseNextDue(deletion.startsAt, now) });
}
