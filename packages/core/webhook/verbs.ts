import { assertMay, type TenantRequest } from '../access/index.ts';
import {
  ConditionFailedError,
  checkNumber,
  checkVersion,
  createNotFoundError,
  createOnce,
  DomainError,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  revise,
  type TenantScope,
  transition,
} from '../platform/index.ts';
import { draftDelivery, readSubscriptions, type Subscriptions, writeSubscriptions } from './announce.ts';
import {
  type Delivery,
  deliveryKind,
  EVENT_TYPES,
  type EventType,
  type Webhook,
  webhookKind,
} from './entity.ts';
import { deriveSecret } from './secret.ts';
import { renewDelivery } from './states.ts';

const MAX_WEBHOOKS = 10;
const MAX_GRACE_SECONDS = 7 * 86_400;
const DEFAULT_GRACE_SECONDS = 86_400;
const ID_PATH = ['input', 'id'];

/** Makes a webhook. Its secret is given only here and by a rotation. */
export async function createWebhook(
  { session, scope }: TenantRequest,
  input: {
    readonly url: string;
    readonly events: readonly string[];
    readonly idempotencyKey?: string | null | undefined;
  },
): Promise<{ webhook: Webhook; secret: string | undefined }> {
  assertMay(session, 'webhook.create');
  const request = { operation: 'webhook.create', key: input.idempotencyKey, input };
  const created = await createOnce(scope, request, async () => {
    const webhook: Webhook = {
      id: scope.createId('webhook'),
      rev: 1,
      url: await checkUrl(scope, input.url, ['input', 'url']),
      events: checkEvents(input.events, ['input', 'events']),
      generation: 1,
      createdAt: scope.clock(),
    };
    const known = await readSubscriptions(scope);
    if (known.hooks.length >= MAX_WEBHOOKS)
      throw new DomainError('INVALID', `A tenant has at most ${MAX_WEBHOOKS} webhooks.`, ['input']);
    const writes = [
      scope.table.create(webhookKind, webhook),
      writeSubscriptions(scope, subscribe(known, webhook)),
    ];
    return { id: webhook.id, value: webhook, writes };
  });
  if ('value' in created) return { webhook: created.value, secret: deriveSecret(scope, created.value.id, 1) };
  return { webhook: await load(scope, webhookKind, created.replayOf, ['input']), secret: undefined };
}

/** Changes a webhook; one that was disabled works again when `enabled` is true. */
export async function updateWebhook(
  { session, scope }: TenantRequest,
  input: {
    readonly id: string;
    readonly expectedVersion: number;
    readonly patch: {
      readonly url?: string | null | undefined;
      readonly events?: readonly string[] | null | undefined;
      readonly enabled?: boolean | null | undefined;
    };
  },
): Promise<Webhook> {
  assertMay(session, 'webhook.update');
  const { patch } = input;
  const webhook = await loadActive(scope, input.id);
  checkVersion(webhook.rev, input.expectedVersion);
  const off = { reason: 'It was switched off.', at: scope.clock() };
  return saveWebhook(
    scope,
    revise(webhook, {
      ...(typeof patch.url === 'string' && {
        url: await checkUrl(scope, patch.url, ['input', 'patch', 'url']),
      }),
      ...(patch.events && { events: checkEvents(patch.events, ['input', 'patch', 'events']) }),
      ...(typeof patch.enabled === 'boolean' && { disabled: patch.enabled ? undefined : off }),
    }),
  );
}

/** Gives a webhook a new secret; for `graceSeconds` the old one signs as well. */
export async function rotateWebhookSecret(
  { session, scope }: TenantRequest,
  input: { readonly id: string; readonly expectedVersion: number; readonly graceSeconds?: number },
): Promise<{ webhook: Webhook; secret: string }> {
  assertMay(session, 'webhook.rotateSecret');
  const webhook = await loadActive(scope, input.id);
  checkVersion(webhook.rev, input.expectedVersion);
  const path = ['input', 'graceSeconds'];
  const grace = checkNumber(input.graceSeconds ?? DEFAULT_GRACE_SECONDS, path, 0, MAX_GRACE_SECONDS);
  const generation = webhook.generation + 1;
  const next = revise(webhook, { generation, previousUntil: scope.clock() + grace * 1000 });
  return {
    webhook: await scope.table.save(webhookKind, next),
    secret: deriveSecret(scope, webhook.id, generation),
  };
}

/** Ends a webhook; its deliveries stay readable. */
export async function archiveWebhook({ session, scope }: TenantRequest, id: string): Promise<Webhook> {
  assertMay(session, 'webhook.archive');
  const webhook = await load(scope, webhookKind, id, ID_PATH);
  if (webhook.archivedAt !== undefined) return webhook;
  return saveWebhook(scope, revise(webhook, { archivedAt: scope.clock() }));
}

/** Sends a `webhook.test` event to one webhook, whatever it listens to. */
export async function testWebhook({ session, scope }: TenantRequest, id: string): Promise<Delivery> {
  assertMay(session, 'webhook.test');
  const webhook = await loadActive(scope, id);
  const now = scope.clock();
  const type = 'webhook.test';
  const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data: { webhookId: id } });
  const delivery = draftDelivery(scope, webhook.id, type, body, now);
  await scope.table.transact([scope.table.create(deliveryKind, delivery)]);
  await scope.queues.send('deliver', [{ tenantId: scope.tenantId, deliveryId: delivery.id }]);
  return delivery;
}

/** Sends a delivery once more, and on by its usual waits. */
export async function redeliver({ session, scope }: TenantRequest, id: string): Promise<Delivery> {
  assertMay(session, 'webhook.redeliver');
  const now = scope.clock();
  const renewed = await transition(scope, deliveryKind, id, (delivery) => renewDelivery(delivery, now));
  if (renewed) await scope.queues.send('deliver', [{ tenantId: scope.tenantId, deliveryId: id }]);
  return renewed ?? load(scope, deliveryKind, id, ID_PATH);
}

export async function findWebhook(
  { session, scope }: TenantRequest,
  id: string,
): Promise<Webhook | undefined> {
  assertMay(session, 'webhook.read');
  return scope.table.get(webhookKind, id);
}

export async function findDelivery(
  { session, scope }: TenantRequest,
  id: string,
): Promise<Delivery | undefined> {
  assertMay(session, 'webhook.read');
  return scope.table.get(deliveryKind, id);
}

export async function listWebhooks(
  { session, scope }: TenantRequest,
  page: PageRequest,
): Promise<ListPage<Webhook>> {
  assertMay(session, 'webhook.read');
  return listPage<Webhook>(scope, 'byTenant', 'webhook', page);
}

export async function listDeliveries(
  { session, scope }: TenantRequest,
  webhookId: string,
  page: PageRequest,
): Promise<ListPage<Delivery>> {
  assertMay(session, 'webhook.read');
  return listPage<Delivery>(scope, 'byParent', `webhook#${webhookId}#delivery`, page);
}

/** Disables a webhook that can't be reached; for the worker that delivers. */
export async function disableWebhook(scope: TenantScope, id: string, reason: string): Promise<void> {
  const webhook = await scope.table.get(webhookKind, id);
  if (!webhook || webhook.disabled || webhook.archivedAt !== undefined) return;
  await saveWebhook(scope, revise(webhook, { disabled: { reason, at: scope.clock() } }));
}

/** Stores a webhook together with what is known of who listens. @throws DomainError VERSION_CONFLICT */
async function saveWebhook(scope: TenantScope, webhook: Webhook): Promise<Webhook> {
  const known = await readSubscriptions(scope);
  try {
    await scope.table.transact([
      scope.table.replace(webhookKind, webhook),
      writeSubscriptions(scope, subscribe(known, webhook)),
    ]);
    return webhook;
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    throw new DomainError('VERSION_CONFLICT', 'The object was changed meanwhile. Read it again.');
  }
}

function subscribe(
  { rev, hooks }: Subscriptions,
  { id, events, disabled, archivedAt }: Webhook,
): Subscriptions {
  const others = hooks.filter((hook) => hook.id !== id);
  const isOn = disabled === undefined && archivedAt === undefined;
  return { rev, hooks: isOn ? [...others, { id, events }] : others };
}

async function loadActive(scope: TenantScope, id: string): Promise<Webhook> {
  const webhook = await load(scope, webhookKind, id, ID_PATH);
  if (webhook.archivedAt !== undefined) throw createNotFoundError('webhook', ID_PATH);
  return webhook;
}

/** An address of the tenant's choice as it will be asked. @throws DomainError INVALID */
export async function checkUrl(scope: TenantScope, url: string, path: readonly string[]): Promise<string> {
  // Its library of address ranges is loaded with the first address: a cold start need not wait for it.
  const { AddressError, checkAddress } = await import('./address.ts');
  try {
    return checkAddress(url, scope.stage === 'local').href;
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    throw new DomainError('INVALID', error.message, path);
  }
}

function checkEvents(names: readonly string[], path: readonly string[]): EventType[] {
  const events = EVENT_TYPES.filter((type) => names.includes(type));
  const unknown = names.find((name) => !EVENT_TYPES.some((type) => type === name));
  if (unknown !== undefined) throw new DomainError('INVALID', `There is no event ${unknown}.`, path);
  if (events.length === 0) throw new DomainError('INVALID', 'Name at least one event.', path);
  return events;
}
