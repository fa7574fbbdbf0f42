import { listDeliveries } from '@loupe/core/webhook';
import type { WebhookDeliveryResolvers, WebhookResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const webhook: WebhookResolvers = {
  deliveries: async ({ id }, page, { tenant }) => connect(await listDeliveries(tenant(), id, readPage(page))),
  disabledAt: ({ disabled }) => disabled?.at,
  disabledReason: ({ disabled }) => disabled?.reason,
  previousExpiresAt: ({ previousUntil }) => previousUntil,
  version: ({ rev }) => rev,
};

export const webhookDelivery: WebhookDeliveryResolvers = {
  event: ({ type }) => type,
  nextAttemptAt: ({ state, nextAt }) => (state === 'PENDING' ? nextAt : null),
};
