import { randomUUID } from 'node:crypto';
import { createTenantScope, parseDeliveryMessage, type TenantScope, transition } from '@loupe/core/platform';
import {
  claimDelivery,
  type Delivery,
  deliveryKind,
  disableWebhook,
  finishAttempt,
  postSafely,
  signDelivery,
  webhookKind,
} from '@loupe/core/webhook';
import { createLease } from './lease.ts';
import { createStepHandler } from './observe.ts';
import { platform } from './platform.ts';
import { noteFields } from './step.ts';

/** Sends an event to a webhook: PENDING → DELIVERED | FAILED. What is to be tried again later the sweep sends again. */
export const handler = createStepHandler('deliver', async (record, context) => {
  const { tenantId, deliveryId } = parseDeliveryMessage(record.body);
  noteFields({ tenantId, deliveryId });
  const scope = createTenantScope(platform, tenantId);
  const token = randomUUID();
  const lease = createLease(context, platform.clock(), token);
  const claimed = await transition(scope, deliveryKind, deliveryId, (delivery) =>
    claimDelivery(delivery, lease, platform.clock()),
  );
  if (claimed) await attempt(scope, claimed, token);
});

async function attempt(scope: TenantScope, delivery: Delivery, token: string): Promise<void> {
  const webhook = await scope.table.get(webhookKind, delivery.webhookId);
  const at = platform.clock();
  const isOff = !webhook || webhook.archivedAt !== undefined || webhook.disabled !== undefined;
  const result =
    isOff && delivery.type !== 'webhook.test'
      ? { status: 410, detail: 'The webhook is switched off.', ms: 0 }
      : webhook
        ? await postSafely(webhook.url, signDelivery(scope, webhook, delivery, at), delivery.body, {
            development: platform.stage === 'local',
          })
        : { status: 410, detail: 'The webhook is gone.', ms: 0 };
  const finished = await transition(scope, deliveryKind, delivery.id, (current) =>
    finishAttempt(current, token, { at, ...result }, Math.random()),
  );
  if (finished?.state !== 'FAILED' || isOff) return;
  const reason =
    result.status === 410
      ? 'The address answered 410: it is gone.'
      : `A delivery was tried ${finished.tries} times over three days without success.`;
  await disableWebhook(scope, delivery.webhookId, reason);
}
