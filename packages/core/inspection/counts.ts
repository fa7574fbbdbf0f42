import { createHash } from 'node:crypto';
import type { TenantScope, Write } from '../platform/index.ts';
import { profileKind } from '../profile/index.ts';
import type { Inspection } from './entity.ts';

/** How many inspections of a profile ended, and how. */
export interface InspectionCounts {
  readonly done: number;
  readonly failed: number;
  readonly normal: number;
  readonly anomalous: number;
  readonly uncertain: number;
}

/** Rows the counts are spread over, so that many workers can end inspections of one profile at once. */
const SHARDS = 8;
const PREFIX = 'counts#';

/** Counts an ended inspection; belongs in the transaction that ends it. */
export function countInspection(scope: TenantScope, inspection: Inspection): Write {
  const shard = createHash('sha256').update(inspection.id).digest().readUInt8(0) % SHARDS;
  const decision = inspection.verdict?.decision;
  const amounts =
    inspection.state === 'DONE' && decision ? { done: 1, [decision.toLowerCase()]: 1 } : { failed: 1 };
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
  };
}
