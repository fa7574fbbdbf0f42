import { ConditionFailedError, LimitError, type TenantScope, type Write } from '../platform/index.ts';
import { profileKind } from '../profile/index.ts';
import { count, type PlanName, reserve } from '../usage/index.ts';

/** What a profile may spend on models, in micro-USD. Days and months are those of UTC. */
export interface SpendLimits {
  readonly dailyMicroUsd?: number | undefined;
  readonly monthlyMicroUsd?: number | undefined;
}

/** Who pays for a call, and within what. */
export interface Purse {
  readonly profileId: string;
  readonly limits: SpendLimits;
  /** The tenant's plan, whose quota of spending counts too. */
  readonly plan: PlanName | undefined;
}

/** Money that is set aside for calls under way. */
export interface Hold {
  readonly microUsd: number;
  /** Epoch ms; it is given back in the day and month it was taken in. */
  readonly at: number;
}

const ATTRIBUTE = 'microUsd';

/**
 * Sets money aside for a call before it is made: the plan's quota and the profile's limits, all or nothing, in one
 * transaction. What a worker that vanished had set aside stays counted, so that a limit errs to the early side.
 * @throws LimitError QUOTA_EXCEEDED, of the plan's quota or with the quota PROFILE_SPEND
 */
export async function holdSpend(scope: TenantScope, purse: Purse, microUsd: number): Promise<Hold> {
  const at = scope.clock();
  // A counter that is not there yet would take any amount.
  if (periodsOf(at).some(({ limit }) => microUsd > (purse.limits[limit] ?? Number.POSITIVE_INFINITY)))
    throw explain(purse, at);
  await reserve(scope, purse.plan, { SPEND_MICRO_USD: microUsd }, async (reservation) => {
    const own = draftOwn(scope, purse, microUsd, at);
    const writes = [...reservation, ...own];
    if (writes.length === 0) return;
    try {
      await scope.table.transact(writes);
    } catch (error) {
      const isOurs =
        error instanceof ConditionFailedError && error.failed.every((index) => index >= reservation.length);
      if (isOurs) throw explain(purse, at);
      throw error;
    }
  });
  return { microUsd, at };
}

/**
 * Writes that end a hold: of what was set aside with the plan and the profile only what was spent stays counted. What
 * the provider does not state counts as dear as it can have been.
 */
export function settleSpend(scope: TenantScope, purse: Purse, hold: Hold, spentMicroUsd: number): Write[] {
  if (hold.microUsd === 0 && spentMicroUsd === 0) return [];
  return [
    ...count(scope, { SPEND_MICRO_USD: spentMicroUsd - hold.microUsd }, hold.at),
    ...draftOwn(scope, purse, spentMicroUsd - hold.microUsd, hold.at, true),
  ];
}

/** What a profile has spent or set aside, in the day and the month of `now`. */
export async function readSpend(
  scope: TenantScope,
  profileId: string,
  now: number,
): Promise<{ readonly dayMicroUsd: number; readonly monthMicroUsd: number }> {
  const [day, month] = await Promise.all(
    periodsOf(now).map((period) =>
      scope.table.getAttached<{ microUsd?: number }>(profileKind.name, profileId, period.sk),
    ),
  );
  return { dayMicroUsd: day?.microUsd ?? 0, monthMicroUsd: month?.microUsd ?? 0 };
}

/** A counter only where there is a limit: others cost no writes. */
function draftOwn(
  scope: TenantScope,
  { profileId, limits }: Purse,
  microUsd: number,
  at: number,
  isSettling = false,
): Write[] {
  return periodsOf(at).flatMap(({ sk, limit }) => {
    const most = limits[limit];
    if (most === undefined || microUsd === 0) return [];
    const amounts = { [ATTRIBUTE]: microUsd };
    return [
      scope.table.add(
        profileKind.name,
        profileId,
        sk,
        amounts,
        isSettling ? undefined : { [ATTRIBUTE]: most },
      ),
    ];
  });
}

function periodsOf(at: number) {
  const day = new Date(at).toISOString().slice(0, 10);
  return [
    { sk: `spend#${day}`, limit: 'dailyMicroUsd' },
    { sk: `spend#${day.slice(0, 7)}`, limit: 'monthlyMicroUsd' },
  ] as const;
}

function explain({ limits }: Purse, at: number): LimitError {
  const date = new Date(at);
  const tomorrow = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
  const said = [
    limits.dailyMicroUsd === undefined ? [] : `${limits.dailyMicroUsd} micro-USD a day`,
    limits.monthlyMicroUsd === undefined ? [] : `${limits.monthlyMicroUsd} micro-USD a month`,
  ].flat();
  return new LimitError(
    'QUOTA_EXCEEDED',
    `The profile may spend ${said.join(' and ')}, and this call would go beyond it.`,
    { quota: 'PROFILE_SPEND', retryAfterMs: tomorrow - at },
  );
}
