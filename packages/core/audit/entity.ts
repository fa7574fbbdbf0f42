import type { Entity, EntityKind } from '../platform/index.ts';

/** Who did something. */
export interface Actor {
  readonly kind: 'apiKey' | 'member' | 'uploadToken' | 'person' | 'operator' | 'worker';
  /** Id of the key or the member; for an upload token, of the key that made it; a worker's name. Absent for the operator. */
  readonly id?: string | undefined;
}

/** What a mutation made of one of its targets: SHA-256 of the stored row before and after, canonical JSON. */
export interface AuditChange {
  readonly targetId: string;
  /** Absent when it was made. */
  readonly beforeDigest?: string | undefined;
  /** Absent when it was deleted. */
  readonly afterDigest?: string | undefined;
}

/** One mutation that was asked for, or a secret that a worker opened. Written once, never changed. Times are epoch ms. */
export interface AuditEntry extends Entity {
  readonly at: number;
  readonly actor: Actor;
  /** The mutation, e.g. `createApiKey`. */
  readonly action: string;
  /** Ids named in the input or the answer. */
  readonly targets: readonly string[];
  /** SHA-256 of the input, canonical JSON. */
  readonly inputDigest: string;
  /** SHA-256 of the answer; absent when there was none. */
  readonly resultDigest?: string | undefined;
  /** Absent in entries from before it was kept. */
  readonly changes?: readonly AuditChange[] | undefined;
  /** `OK`, or the codes of the refusal. */
  readonly outcome: readonly string[];
  readonly requestId: string;
  /** Network address of the caller. */
  readonly address?: string | undefined;
  /** How long it is kept; the usual time without it. */
  readonly keptDays?: number | undefined;
}

/** How long entries are kept, unless the tenant says otherwise. */
export const DEFAULT_AUDIT_DAYS = 400;
const DAY_SECONDS = 86_400;

export const auditKind: EntityKind<AuditEntry> = {
  name: 'auditEntry',
  place: (entry) => ({
    byTenant: { partition: 'audit', sort: entry.id },
    byParent: { partition: `audit#${entry.actor.id ?? entry.actor.kind}`, sort: entry.id },
    ttl: Math.ceil(entry.at / 1000) + (entry.keptDays ?? DEFAULT_AUDIT_DAYS) * DAY_SECONDS,
  }),
};
