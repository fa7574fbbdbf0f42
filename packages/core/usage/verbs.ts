import { assertMay, type TenantRequest } from '../access/index.ts';
import { DomainError } from '../platform/index.ts';
import { readUsed, renderMonth } from './counters.ts';
import { type HourOfUse, readHours, sumDays } from './meter.ts';
import { DEFAULT_PLAN, type FileLimits, findPlan, type PlanName, QUOTAS, type Quota } from './plans.ts';
import { findReset } from './quota.ts';

export interface QuotaReport {
  readonly quota: Quota;
  readonly used: number;
  readonly limit: number | undefined;
  /** Epoch ms. */
  readonly resetsAt: number | undefined;
  /** Uses of models this month whose cost is not known in full; 0 for all but SPEND_MICRO_USD. */
  readonly costUnknownCount: number;
}

export interface UsageReport {
  readonly plan: PlanName;
  readonly fileLimits: FileLimits;
  readonly quotas: readonly QuotaReport[];
  readonly hours: readonly HourOfUse[];
  readonly days: readonly HourOfUse[];
}

/** What the tenant has used: of its quotas now, and hour by hour in a month (`2026-11`). */
export async function reportUsage(
  { session, scope }: TenantRequest,
  month: string | null | undefined,
): Promise<UsageReport> {
  assertMay(session, 'usage.read');
  const now = scope.clock();
  if (typeof month === 'string' && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new DomainError('INVALID', 'month has the form 2026-11.', ['month']);
  const present = renderMonth(now);
  const [used, hours, hoursNow] = await Promise.all([
    readUsed(scope, now),
    readHours(scope, month ?? present),
    month == null || month === present ? undefined : readHours(scope, present),
  ]);
  const costUnknown = (hoursNow ?? hours).reduce((sum, hour) => sum + hour.costUnknownCount, 0);
  const plan = findPlan(session.plan);
  return {
    plan: session.plan ?? DEFAULT_PLAN,
    fileLimits: plan.file,
    quotas: QUOTAS.map((quota) => ({
      quota,
      used: used[quota],
      limit: plan.quotas[quota],
      resetsAt: findReset(quota, now),
      costUnknownCount: quota === 'SPEND_MICRO_USD' ? costUnknown : 0,
    })),
    hours,
    days: sumDays(hours),
  };
}
