import { createShardedCounts, type TenantScope, type Write } from '../platform/index.ts';
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

const counts = createShardedCounts<keyof InspectionCounts>(profileKind.name, [
  'done',
  'failed',
  'normal',
  'anomalous',
  'uncertain',
  'reviewed',
  'overturned',
]);

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

function add(
  scope: TenantScope,
  inspection: Inspection,
  amounts: Readonly<Partial<Record<keyof InspectionCounts, number>>>,
): Write {
  return counts.add(scope, inspection.profileId, inspection.id, amounts);
}

/** For each profile in the order asked. */
export function readCounts(scope: TenantScope, profileIds: readonly string[]): Promise<InspectionCounts[]> {
  return counts.read(scope, profileIds);
}
