import type { Entity, EntityKind, Lease } from '../platform/index.ts';

/** What a webhook can be told of. */
export const EVENT_TYPES = [
  'evaluation.completed',
  'export.completed',
  'inspection.completed',
  'inspection.failed',
  'profile.drifted',
  'quota.threshold',
  'review.requested',
  'sample.rejected',
  'webhook.test',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** A customer's address that is told of events. Times are epoch ms. */
export interface Webhook extends Entity {
  readonly url: string;
  readonly events: readonly EventType[];
  /** Counts the rotations of its secret. */
  readonly generation: number;
  /** Until when the secret before the last rotation signs, too. */
  readonly previousUntil?: number | undefined;
  readonly createdAt: number;
  /** Why nothing is sent any more, and since when. */
  readonly disabled?: { readonly reason: string; readonly at: number } | undefined;
  readonly archivedAt?: number | undefined;
}

export const webhookKind: EntityKind<Webhook> = {
  name: 'webhook',
  place: (webhook) => ({
    byTenant: {
      partition: webhook.archivedAt === undefined ? 'webhook' : 'webhook:archived',
      sort: webhook.id,
    },
  }),
};

export interface DeliveryAttempt {
  readonly at: number;
  readonly status: number | undefined;
  readonly detail: string;
  readonly ms: number;
}

export type DeliveryState = 'PENDING' | 'DELIVERED' | 'FAILED';

/** One event on its way to one webhook. Times are epoch ms. */
export interface Delivery extends Entity {
  readonly webhookId: string;
  readonly type: EventType;
  /** The body as it is signed and sent. */
  readonly body: string;
  readonly state: DeliveryState;
  readonly createdAt: number;
  /** Attempts since it was made or sent again by hand. */
  readonly tries: number;
  /** The latest attempts. */
  readonly attempts: readonly DeliveryAttempt[];
  /** When the next attempt is due. */
  readonly nextAt: number;
  readonly lease?: Lease | undefined;
  readonly dueAt?: number | undefined;
}

const KEPT_SECONDS = 30 * 86_400;

export const deliveryKind: EntityKind<Delivery> = {
  name: 'delivery',
  place: (delivery) => ({
    byParent: { partition: `webhook#${delivery.webhookId}#delivery`, sort: delivery.id },
    dueAt: delivery.dueAt,
    ttl: Math.ceil(delivery.createdAt / 1000) + KEPT_SECONDS,
  }),
};
