import { assertMay, type TenantRequest } from '../access/index.ts';
import { DomainError } from '../platform/index.ts';
import { readDays } from './count.ts';
import type { HealthDay } from './day.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 92;

/**
 * How a profile did, day by day (UTC), from the day of `from` to that of `to`, oldest first. Days without an inspection
 * are there, too. Times are epoch ms.
 * @throws DomainError INVALID when `to` is before `from`, or for more than 92 days
 */
export async function readHealth(
  { session, scope }: TenantRequest,
  profileId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly HealthDay[]> {
  assertMay(session, 'inspection.read');
  const days = Math.floor(to / DAY_MS) - Math.floor(from / DAY_MS) + 1;
  if (!(days >= 1 && days <= MAX_DAYS)) {
    throw new DomainError('INVALID', `health shows 1 to ${MAX_DAYS} days, not ${days}.`, ['to']);
  }
  return readDays(scope, profileId, { from, to });
}
