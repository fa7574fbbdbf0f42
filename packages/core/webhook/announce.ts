import { RESEND_AFTER_MS, type TenantScope, type Write } from '../platform/index.ts';
import { type Delivery, deliveryKind, type EventType } from './entity.ts';

/** Which webhooks there are and what each wants: one small row a tenant, read whenever something happens. */
export interface Subscriptions {
  readonly rev: number;
  readonly hooks: readonly { readonly id: string; readonly events: readonly EventType[] }[];
}

const OWNER = 'webhooks';

export async function readSubscriptions(scope: TenantScope): Promise<Subscriptions> {
  return (await scope.table.getAttached<Subscriptions>(OWNER, 'all', '#')) ?? { rev: 0, hooks: [] };
}

export function writeSubscriptions(scope: TenantScope, { rev, hooks }: Subscriptions): Write {
  return scope.table.attach(OWNER, 'all', '#', { rev: rev + 1, hooks }, rev === 0 ? {} : { replaces: rev });
}

type EventData = Readonly<Record<string, unknown>>;

export interface Announcer {
  /** The writes that put an event on its way; they belong in the transaction that makes it true. */
  readonly draft: (type: EventType, data: EventData) => readonly Write[];
  /** The same for several events of one transaction. */
  readonly draftAll: (events: readonly (readonly [EventType, EventData])[]) => readonly Write[];
  /** Tells the queue of what was drafted last. When that fails the sweep tells it. */
  readonly send: () => Promise<void>;
}

/** Reads who listens, before the transaction. */
export async function prepareAnnouncer(scope: TenantScope): Promise<Announcer> {
  const { hooks } = await readSubscriptions(scope);
  let drafted: readonly Delivery[] = [];
  const draftAll: Announcer['draftAll'] = (announced) => {
    const now = scope.clock();
    drafted = announced.flatMap(([type, data]) => {
      const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });
      return hooks
        .filter(({ events }) => events.includes(type))
        .map(({ id }) => draftDelivery(scope, id, type, body, now));
    });
    return drafted.map((delivery) => scope.table.create(deliveryKind, delivery));
  };
  return {
    draftAll,
    draft: (type, data) => draftAll([[type, data]]),
    async send() {
      if (drafted.length === 0) return;
      const { tenantId } = scope;
      try {
        await scope.queues.send(
          'deliver',
          drafted.map(({ id }) => ({ tenantId, deliveryId: id })),
        );
      } catch {
        // The rows are due in a minute.
      }
    },
  };
}

export function draftDelivery(
  scope: TenantScope,
  webhookId: string,
  type: EventType,
  body: string,
  now: number,
): Delivery {
  return {
    id: scope.createId('delivery'),
    rev: 1,
    webhookId,
    type,
    body,
    state: 'PENDING',
    createdAt: now,
    tries: 0,
    attempts: [],
    nextAt: now,
    dueAt: now + RESEND_AFTER_MS,
  };
}
