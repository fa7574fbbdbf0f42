import { Webhook as Signer } from 'standardwebhooks';
import { listPeppers, type TenantScope } from '../platform/index.ts';
import type { Delivery, Webhook } from './entity.ts';
import { deriveSecret } from './secret.ts';

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
