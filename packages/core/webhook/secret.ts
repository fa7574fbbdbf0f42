import { createHmac } from 'node:crypto';
import { Webhook as Signer } from 'standardwebhooks';
import type { TenantScope } from '../platform/index.ts';
import type { Delivery, Webhook } from './entity.ts';

const SECRET_BYTES = 24;

/**
 * A webhook's signing secret, `whsec_…`. It is derived from the deployment's own secret, the webhook and the count of its
 * rotations, so it is stored nowhere.
 */
export function deriveSecret(scope: TenantScope, webhookId: string, generation: number): string {
  const digest = createHmac('sha256', scope.secret)
    .update(`webhook:${scope.tenantId}:${webhookId}:${generation}`)
    .digest();
  return `whsec_${digest.subarray(0, SECRET_BYTES).toString('base64')}`;
}

/** The headers of Standard Webhooks 1.0: while a rotation's grace lasts there is a signature by each secret. */
export function signDelivery(
  scope: TenantScope,
  webhook: Webhook,
  { id, body }: Pick<Delivery, 'id' | 'body'>,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const isInGrace = webhook.previousUntil !== undefined && webhook.previousUntil > now;
  const generations = isInGrace ? [webhook.generation, webhook.generation - 1] : [webhook.generation];
  const signatures = generations.map((generation) => {
    const signer = new Signer(deriveSecret(scope, webhook.id, generation));
    return signer.sign(id, new Date(now), body);
  });
  return {
    'content-type': 'application/json',
    'user-agent': 'Loupe-Webhooks/1.0',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
