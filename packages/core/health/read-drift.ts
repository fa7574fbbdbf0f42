import { assertMay, type TenantRequest } from '../access/index.ts';
import { DomainError } from '../platform/index.ts';
import { readDays } from './count.ts';
import { compareDays, type Drift, type PeriodTotals } from './drift.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 92;
/** Two whole weeks, so that every day of the week is in it equally often. */
const BASELINE_DAYS = 14;

/** Days by any time of the first and of the last, epoch ms. */
export interface Days {
  readonly from: number;
  readonly to: number;
}

/** A period's verdicts, and when it begins and ends; empty when both are the same. */
export interface DriftPeriod extends PeriodTotals {
  readonly startsAt: number;
  readonly endsAt: number;
}

export interface DatedDrift extends Drift {
  readonly period: DriftPeriod;
  readonly baseline: DriftPeriod;
}

/**
 * Whether a profile's verdicts of `period`, by default today's, are others than those of `baseline`, by default those of
 * the 14 days before, as far as the current version made them.
 * @param versionCreatedAt of the current version, epoch ms.
 * @throws DomainError INVALID for a period that ends before it begins, or of more than 92 days
 */
export async function readDrift(
  { session, scope }: TenantRequest,
  profileId: string,
  versionCreatedAt: number,
  given: { readonly period?: Days | undefined; readonly baseline?: Days | undefined },
): Promise<DatedDrift> {
  assertMay(session, 'inspection.read');
  const now = scope.clock();
  const periodDays = checkDays(given.period, 'period') ?? { from: now, to: now };
  const baselineDays =
    checkDays(given.baseline, 'baseline') ?? chooseBaseline(periodDays.from, versionCreatedAt);
  const [period, baseline] = await Promise.all(
    [periodDays, baselineDays].map((days) => readDays(scope, profileId, days)),
  );
  const drift = compareDays(period ?? [], baseline ?? []);
  return {
    ...drift,
    period: { ...drift.period, ...bound(periodDays) },
    baseline: { ...drift.baseline, ...bound(baselineDays) },
  };
}

/**
 * The 14 days before `at`, without those on which another version of the profile judged: what a changed profile scores
 * otherwise has not drifted. Empty, its end before its beginning, when the version is too new.
 */
export function chooseBaseline(at: number, versionCreatedAt: number): Days {
  const from = Math.max(at - BASELINE_DAYS * DAY_MS, versionCreatedAt + DAY_MS);
  return { from: startDay(from), to: startDay(at) - 1 };
}

function bound({ from, to }: Days): { startsAt: number; endsAt: number } {
  const startsAt = startDay(from);
  return { startsAt, endsAt: Math.max(startsAt, startDay(to) + DAY_MS) };
}

function startDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

function checkDays(days: Days | undefined, path: string): Days | undefined {
  if (!days) return undefined;
  const count = Math.floor(days.to / DAY_MS) - Math.floor(days.from / DAY_MS) + 1;
  if (count >= 1 && count <= MAX_DAYS) return days;
  throw new DomainError('INVALID', `The ${path} has 1 to ${MAX_DAYS} days, not ${count}.`, [path]);
}
