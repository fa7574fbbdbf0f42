import { ConditionFailedError, type TenantScope } from '../platform/index.ts';
import { prepareAnnouncer } from '../webhook/announce.ts';
import { type Amounts, QUOTA_OWNER, readUsed, renderMonth } from './counters.ts';
import { findPlan, type Plan, type PlanName, QUOTAS, type Quota } from './plans.ts';

/**
 * Tells a tenant's webhooks that a quota is nearly, or all, used: at 80 % and at 100 %, each once a month for a quota and
 * its limit. The sum over a counter's rows is read now and then, the more often the nearer a threshold is.
 */

const PERCENTS = [80, 100] as const;
const KEPT_SECONDS = 62 * 86_400;
/** A sum is read again after this time, whatever this worker counted. */
const FRESH_MS = 60_000;
/** As if so many workers counted as fast as this one. */
const WORKERS = 10;
const MAX_WATCHED = 5000;

interface Watch {
  readonly at: number;
  /** Room below the next threshold of each limited quota, when it was read. */
  readonly room: Readonly<Partial<Record<Quota, number>>>;
  readonly counted: Partial<Record<Quota, number>>;
}

const watches = new Map<string, Watch>();

/** Looks at what is used after some of it was counted. Never throws: the next count looks again. */
export async function noticeThresholds(
  scope: TenantScope,
  planName: PlanName | undefined,
  amounts: Amounts,
): Promise<void> {
  const plan = findPlan(planName);
  if (Object.keys(plan.quotas).length === 0 || !isDue(scope, amounts)) return;
  try {
    const used = await readUsed(scope, scope.clock());
    remember(scope, plan, used);
    await announceCrossed(scope, plan, used);
  } catch {
    watches.delete(scope.tenantId);
  }
}

/** Tells of every threshold that `used` has reached and that was not told of yet. */
export async function announceCrossed(
  scope: TenantScope,
  plan: Plan,
  used: Readonly<Record<Quota, number>>,
): Promise<void> {
  for (const quota of QUOTAS) {
    const limit = plan.quotas[quota];
    if (limit === undefined) continue;
    for (const percent of PERCENTS)
      if (used[quota] * 100 >= limit * percent) await announce(scope, quota, percent, limit, used[quota]);
  }
}

function isDue(scope: TenantScope, amounts: Amounts): boolean {
  const watch = watches.get(scope.tenantId);
  if (!watch || watch.at + FRESH_MS <= scope.clock()) return true;
  for (const quota of QUOTAS) watch.counted[quota] = (watch.counted[quota] ?? 0) + (amounts[quota] ?? 0);
  return QUOTAS.some((quota) => {
    const [room, counted] = [watch.room[quota], watch.counted[quota] ?? 0];
    return room !== undefined && counted > 0 && counted * WORKERS >= room;
  });
}

function remember(scope: TenantScope, plan: Plan, used: Readonly<Record<Quota, number>>): void {
  const room: Partial<Record<Quota, number>> = {};
  for (const quota of QUOTAS) {
    const limit = plan.quotas[quota];
    const next = PERCENTS.find((percent) => limit !== undefined && used[quota] * 100 < limit * percent);
    if (limit !== undefined && next !== undefined) room[quota] = (limit * next) / 100 - used[quota];
  }
  if (watches.size >= MAX_WATCHED) watches.clear();
  watches.set(scope.tenantId, { at: scope.clock(), room, counted: {} });
}

/** The row that stands for it is made once, with the deliveries in the same transaction. */
async function announce(
  scope: TenantScope,
  quota: Quota,
  percent: (typeof PERCENTS)[number],
  limit: number,
  used: number,
): Promise<void> {
  const now = scope.clock();
  const month = renderMonth(now);
  const sk = `threshold#${quota}#${percent}#${limit}`;
  if (await scope.table.getAttached(QUOTA_OWNER, month, sk)) return;
  const announcer = await prepareAnnouncer(scope);
  const marker = scope.table.attach(
    QUOTA_OWNER,
    month,
    sk,
    { rev: 1 },
    { ttl: Math.ceil(now / 1000) + KEPT_SECONDS },
  );
  try {
    const event = { quota, percent, limit, used, month };
    await scope.table.transact([marker, ...announcer.draft('quota.threshold', event)]);
  } catch (error) {
    if (error instanceof ConditionFailedError) return;
    throw error;
  }
  await announcer.send();
}
