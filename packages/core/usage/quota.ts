import { ConditionFailedError, LimitError, type TenantScope, type Write } from '../platform/index.ts';
import { type Amounts, FOREVER, QUOTA_OWNER, readUsed, renderMonth, SHARD } from './counters.ts';
import { findPlan, type Plan, type PlanName, QUOTAS, type Quota } from './plans.ts';
import { announceCrossed, noticeThresholds } from './thresholds.ts';

/**
 * Counts what a tenant has used, against its plan. What is reserved is counted in the transaction that makes the thing,
 * so two requests can't share the last of it, and is given back in the transaction that ends it without a use.
 */

/** Counted by the month; the others for good. */
const MONTHLY: ReadonlySet<Quota> = new Set(['INSPECTIONS', 'TOKENS', 'SPEND_MICRO_USD']);

/**
 * Runs a creation with the writes that reserve for it, which belong in its transaction. A counter is spread over rows,
 * each with its part of the limit; when one is full the next is tried.
 * @throws LimitError QUOTA_EXCEEDED; whatever `create` throws
 */
export async function reserve<T>(
  scope: TenantScope,
  planName: PlanName | undefined,
  amounts: Amounts,
  create: (reservation: readonly Write[]) => Promise<T>,
): Promise<T> {
  const plan = findPlan(planName);
  const now = scope.clock();
  for (const quota of QUOTAS) {
    const [amount, limit] = [amounts[quota], plan.quotas[quota]];
    if (amount !== undefined && limit !== undefined && amount > limit) throw explain(quota, limit, now);
  }
  const first = Math.floor(Math.random() * plan.shards);
  let full: unknown;
  for (let offset = 0; offset < plan.shards; offset += 1) {
    const shard = (first + offset) % plan.shards;
    try {
      const created = await create(draftCounts(scope, amounts, now, shard, plan));
      await noticeThresholds(scope, planName, amounts);
      return created;
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
      full = error;
    }
  }
  const used = await readUsed(scope, now);
  for (const quota of QUOTAS) {
    const [amount, limit] = [amounts[quota], plan.quotas[quota]];
    // The parts of a nearly used-up limit may each be too small for an amount that would fit their sum.
    if (amount !== undefined && limit !== undefined && used[quota] + amount * plan.shards > limit)
      throw explain(quota, limit, now);
  }
  throw full;
}

/** Refuses when a quota that is counted afterwards (tokens, spend) is used up. @throws LimitError QUOTA_EXCEEDED */
export async function assertQuotaLeft(
  scope: TenantScope,
  planName: PlanName | undefined,
  quotas: readonly Quota[],
): Promise<void> {
  const plan = findPlan(planName);
  const limited = quotas.filter((quota) => plan.quotas[quota] !== undefined);
  if (limited.length === 0) return;
  const now = scope.clock();
  const used = await readUsed(scope, now);
  for (const quota of limited) {
    const limit = plan.quotas[quota] ?? 0;
    if (used[quota] < limit) continue;
    // What is counted afterwards is passed by a use that nobody waits for: it shows here.
    await announceCrossed(scope, plan, used).catch(() => undefined);
    throw explain(quota, limit, now);
  }
}

/** Writes that count a use, or with negative amounts give a reservation back, in the month of `at`. */
export function count(scope: TenantScope, amounts: Amounts, at: number): readonly Write[] {
  return draftCounts(scope, amounts, at, 0, undefined);
}

/** When a quota begins anew, in epoch ms; undefined for those that count for good. */
export function findReset(quota: Quota, now: number): number | undefined {
  if (!MONTHLY.has(quota)) return undefined;
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

function draftCounts(
  scope: TenantScope,
  amounts: Amounts,
  at: number,
  shard: number,
  plan: Plan | undefined,
): Write[] {
  return [true, false].flatMap((isMonthly) => {
    const own = QUOTAS.filter((quota) => amounts[quota] && MONTHLY.has(quota) === isMonthly);
    if (own.length === 0) return [];
    const limits = own.flatMap((quota) => {
      const limit = plan?.quotas[quota];
      return plan && limit !== undefined ? [[quota, Math.ceil(limit / plan.shards)] as const] : [];
    });
    return [
      scope.table.add(
        QUOTA_OWNER,
        isMonthly ? renderMonth(at) : FOREVER,
        `${SHARD}${shard}`,
        Object.fromEntries(own.map((quota) => [quota, amounts[quota] ?? 0])),
        Object.fromEntries(limits),
      ),
    ];
  });
}

function explain(quota: Quota, limit: number, now: number): LimitError {
  const reset = findReset(quota, now);
  const remedy =
    reset === undefined
      ? 'Give some back, or ask for a larger plan.'
      : 'Wait for the next month, or ask for a larger plan.';
  return new LimitError('QUOTA_EXCEEDED', `The plan's quota ${quota} of ${limit} is used up. ${remedy}`, {
    quota,
    ...(reset !== undefined && { retryAfterMs: reset - now }),
  });
}
