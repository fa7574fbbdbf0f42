import { createHmac } from 'node:crypto';
import type { TenantScope } from '../platform/index.ts';

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
