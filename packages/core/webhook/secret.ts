import { createHmac } from 'node:crypto';
import { Webhook as Signer } from 'standardwebhooks';
import { listPeppers, type TenantScope } from '../platform/index.ts';
import type { Delivery, Webhook } from './entity.ts';

const SECRET_BYTES = 24;

/**
 * A webhook's signing secret, `whsec_…`. It is derived from the deployment's own secret, the webhook and the count of its
 * rotations, so it is stored nowhere.
 */
export function deriveSecret(
  { secret, tenantId }: Pick<TenantScope, 'secret' | 'tenantId'>,
  webhookId: string,
  generation: number,
): string {
  const digest = createHmac('sha256', secret)
    .update(`webhook:${tenantId}:${webhookId}:${generation}`)
    .digest();
  return `whsec_${digest.subarray(0, SECRET_BYTES).toString('base64')}`;
}

/** The headers of Standard Webhooks 1.0: while the grace of a rotation lasts there is a signature by each secret. */
export function signDelivery(
  scope: TenantScope,
  webhook: Webhook,
  { id, body }: Pick<Delivery, 'id' | 'body'>,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const isInGrace = webhook.previousUntil !== undefined && webhook.previousUntil > now;
  const generations = isInGrace ? [webhook.generation, webhook.generation - 1] : [webhook.generation];
  const secrets = listPeppers(scope).flatMap((secret) =>
    generations.map((generation) => deriveSecret({ ...scope, secret }, webhook.id, generation)),
  );
  const signatures = secrets.map((secret) => new Signer(secret).sign(id, new Date(now), body));
  return {
    'content-type': 'application/json',
    'user-agent': 'Loupe-Webhooks/1.0',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
