import type { Inspection } from '../inspection/entity.ts';
import { createShardedCounts, type TenantScope, type Write } from '../platform/index.ts';
import { profileKind } from '../profile/index.ts';
import { lacksCost } from '../usage/index.ts';
import { BINS, type DayCounts, describeDay, HEALTH_COUNTERS, type HealthDay } from './day.ts';

const DAY_MS = 86_400_000;

const counts = createShardedCounts(profileKind.name, HEALTH_COUNTERS);

/** Counts an ended inspection on the day (UTC) it ended; belongs in the transaction that ends it. */
export function countHealth(scope: TenantScope, inspection: Inspection): Write {
  return add(scope, inspection, weighInspection(inspection));
}

/** Counts a review on the day its inspection ended; belongs in the transaction that creates it. */
export function countReviewHealth(
  scope: TenantScope,
  inspection: Inspection,
  amounts: Partial<Record<'reviewed' | 'overturned', number>>,
): readonly Write[] {
  return Object.keys(amounts).length === 0 ? [] : [add(scope, inspection, amounts)];
}

/** The days (UTC) from that of `from` to that of `to`, oldest first; times are epoch ms. */
export async function readDays(
  scope: TenantScope,
  profileId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly HealthDay[]> {
  const first = Math.floor(from / DAY_MS);
  const days = Math.max(0, Math.floor(to / DAY_MS) - first + 1);
  const starts = Array.from({ length: days }, (_, day) => (first + day) * DAY_MS);
  const each = await counts.readSeries(scope, profileId, starts.map(nameDay));
  return each.map((day, position) => describeDay(starts[position] ?? 0, day));
}

/** What an ended inspection adds to its day. */
export function weighInspection(inspection: Inspection): Partial<DayCounts> {
  const { state, verdict, usage, judgeMs = 0 } = inspection;
  const used = {
    ...(usage?.inputTokens && { inputTokens: usage.inputTokens }),
    ...(usage?.outputTokens && { outputTokens: usage.outputTokens }),
    ...(usage?.costMicroUsd && { costMicroUsd: usage.costMicroUsd }),
    ...(lacksCost(usage) && { costUnknown: 1 }),
  };
  if (state !== 'DONE' || !verdict) return { failed: 1, ...used };
  return {
    done: 1,
    [verdict.decision]: 1,
    ...((verdict.outcome === 'REFUSED' || verdict.outcome === 'UNPARSEABLE') && { [verdict.outcome]: 1 }),
    ...(verdict.score !== undefined && { [chooseBin(verdict.score)]: 1 }),
    judgeMs,
    ...used,
  };
}

/** Bins of a tenth; the last one has 1, too. */
function chooseBin(score: number): (typeof BINS)[number] {
  return BINS[Math.min(BINS.length - 1, Math.floor(score * BINS.length))] ?? BINS[0];
}

function add(scope: TenantScope, inspection: Inspection, amounts: Partial<DayCounts>): Write {
  const day = nameDay(inspection.finishedAt ?? scope.clock());
  return counts.add(scope, inspection.profileId, inspection.id, amounts, day);
}

function nameDay(at: number): string {
  return `health#${new Date(at).toISOString().slice(0, 10)}`;
}
