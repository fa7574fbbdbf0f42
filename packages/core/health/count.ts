import { createHash } from 'node:crypto';
import type { Inspection } from '../inspection/index.ts';
import type { TenantScope, Write } from '../platform/index.ts';
import { profileKind } from '../profile/index.ts';

/** Rows a day is spread over, so that several workers can end inspections of one profile at once. */
const SHARDS = 4;
const BINS = 10;

/** Counts an ended inspection on the day (UTC) it ended; belongs in the transaction that ends it. */
export function countHealth(scope: TenantScope, inspection: Inspection): Write {
  return add(scope, inspection, weighInspection(inspection));
}

/** Counts a review on the day its inspection ended; belongs in the transaction that creates it. */
export function countReviewHealth(
  scope: TenantScope,
  inspection: Inspection,
  amounts: Partial<Record<keyof ReviewAmounts, number>>,
): readonly Write[] {
  return Object.keys(amounts).length === 0 ? [] : [add(scope, inspection, amounts)];
}

/** Names of the rows of a day. */
export function listDayRows(day: string): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `health#${day}#${shard}`);
}

/** What an ended inspection adds to its day. */
export function weighInspection(inspection: Inspection): Readonly<Record<string, number>> {
  const { state, verdict, usage, judgeMs = 0 } = inspection;
  const used = {
    ...(usage?.inputTokens && { inputTokens: usage.inputTokens }),
    ...(usage?.outputTokens && { outputTokens: usage.outputTokens }),
    ...(usage?.costMicroUsd && { costMicroUsd: usage.costMicroUsd }),
  };
  if (state !== 'DONE' || !verdict) return { failed: 1, ...used };
  return {
    done: 1,
    [verdict.decision]: 1,
    ...((verdict.outcome === 'REFUSED' || verdict.outcome === 'UNPARSEABLE') && { [verdict.outcome]: 1 }),
    ...(verdict.score !== undefined && { [`score${chooseBin(verdict.score)}`]: 1 }),
    judgeMs,
    ...used,
  };
}

type ReviewAmounts = Readonly<Record<'reviewed' | 'overturned', number>>;

/** Bins of a tenth; the last one has 1, too. */
function chooseBin(score: number): number {
  return Math.min(BINS - 1, Math.floor(score * BINS));
}

function add(scope: TenantScope, inspection: Inspection, amounts: Readonly<Record<string, number>>): Write {
  const shard = createHash('sha256').update(inspection.id).digest().readUInt8(1) % SHARDS;
  const day = new Date(inspection.finishedAt ?? scope.clock()).toISOString().slice(0, 10);
  const row = listDayRows(day)[shard] ?? '';
  return scope.table.add(profileKind.name, inspection.profileId, row, amounts);
}
