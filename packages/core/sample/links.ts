import type { TenantScope, Write } from '../platform/index.ts';
import { sampleKind } from './entity.ts';

/** Which inspections wait for a sample: rows beside it, written in the transaction that creates the inspection. */

const PREFIX = 'inspection#';

export function linkInspection(scope: TenantScope, sampleId: string, inspectionId: string): Write {
  return scope.table.attach(sampleKind.name, sampleId, PREFIX + inspectionId, { inspectionId });
}

export async function listWaitingInspections(scope: TenantScope, sampleId: string): Promise<string[]> {
  const links = await scope.table.listAttached<{ inspectionId: string }>(sampleKind.name, sampleId, PREFIX);
  return links.map(({ inspectionId }) => inspectionId);
}
