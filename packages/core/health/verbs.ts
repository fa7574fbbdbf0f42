import { assertMay, type TenantRequest } from '../access/index.ts';
import { DomainError } from '../platform/index.ts';
import { profileKind } from '../profile/index.ts';
import { listDayRows } from './count.ts';
import { type HealthCounter, type HealthDay, sumDay } from './day.ts';

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
  const first = Math.floor(from / DAY_MS) * DAY_MS;
  const days = Math.floor(to / DAY_MS) - first / DAY_MS + 1;
  if (!(days >= 1 && days <= MAX_DAYS)) {
    throw new DomainError('INVALID', `health shows 1 to ${MAX_DAYS} days, not ${days}.`, ['to']);
  }
  const starts = Array.from({ length: days }, (_, day) => first + day * DAY_MS);
  const names = starts.map((at) => listDayRows(new Date(at).toISOString().slice(0, 10)));
  const [rows = []] = await scope.table.getManyAttached<Partial<Record<HealthCounter, number>>>(
    profileKind.name,
    [profileId],
    names.flat(),
  );
  const each = names[0]?.length ?? 1;
  return starts.map((at, day) => sumDay(at, rows.slice(day * each, (day + 1) * each)));
}
