import { createHash } from 'node:crypto';
import type { TenantScope, Write } from '../platform/index.ts';
import { profileKind } from '../profile/index.ts';
import type { Inspection, ReviewMark } from './entity.ts';

/** How many inspections of a profile ended, and how. */
export interface InspectionCounts {
  readonly done: number;
  readonly failed: number;
  readonly normal: number;
  readonly anomalous: number;
  readonly uncertain: number;
  /** Inspections with a review. */
  readonly reviewed: number;
  /** Inspections whose latest review overturns the verdict. */
  readonly overturned: number;
}

/** Rows the counts are spread over, so that many workers can end inspections of one profile at once. */
const SHARDS = 8;
const PREFIX = 'counts#';

/** Counts an ended inspection; belongs in the transaction that ends it. */
export function countInspection(scope: TenantScope, inspection: Inspection): Write {
  const decision = inspection.verdict?.decision;
  const amounts =
    inspection.state === 'DONE' && decision ? { done: 1, [decision.toLowerCase()]: 1 } : { failed: 1 };
  return add(scope, inspection, amounts);
}

/** Counts a review, an inspection once and by its latest; belongs in the transaction that creates it. */
export function countReview(
  scope: TenantScope,
  inspection: Inspection,
  latest: ReviewMark,
): readonly Write[] {
  const amounts = weighReview(inspection.review, latest);
  return Object.keys(amounts).length === 0 ? [] : [add(scope, inspection, amounts)];
}

/** What a review changes of the counts, given the one before it. */
export function weighReview(
  before: ReviewMark | undefined,
  latest: ReviewMark,
): Partial<Record<'reviewed' | 'overturned', number>> {
  const overturned = Number(latest.kind === 'OVERTURN') - Number(before?.kind === 'OVERTURN');
  return { ...(!before && { reviewed: 1 }), ...(overturned !== 0 && { overturned }) };
}

function add(scope: TenantScope, inspection: Inspection, amounts: Readonly<Record<string, number>>): Write {
  const shard = createHash('sha256').update(inspection.id).digest().readUInt8(0) % SHARDS;
  return scope.table.add(profileKind.name, inspection.profileId, `${PREFIX}${shard}`, amounts);
}

/** For each profile in the order asked. */
export async function readCounts(
  scope: TenantScope,
  profileIds: readonly string[],
): Promise<InspectionCounts[]> {
  const names = Array.from({ length: SHARDS }, (_, shard) => `${PREFIX}${shard}`);
  const all = await scope.table.getManyAttached<Partial<InspectionCounts>>(
    profileKind.name,
    profileIds,
    names,
  );
  return all.map(sumShards);
}

function sumShards(shards: readonly (Partial<InspectionCounts> | undefined)[]): InspectionCounts {
  const sum = (field: keyof InspectionCounts) =>
    shards.reduce((total, shard) => total + (shard?.[field] ?? 0), 0);
  return {
    done: sum('done'),
    failed: sum('failed'),
    normal: sum('normal'),
    anomalous: sum('anomalous'),
    uncertain: sum('uncertain'),
    reviewed: sum('reviewed'),
    overturned: sum('overturned'),
  };
}
