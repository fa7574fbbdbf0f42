import type { TenantScope, Write } from '../platform/index.ts';
import { sampleKind } from './entity.ts';

/** Rows beside a sample: which inspections wait for it, written in the transactions that create them, and which kept answers are about it. */

const PREFIX = 'inspection#';
const ANSWER = 'answer#';

export function linkInspection(scope: TenantScope, sampleId: string, inspectionId: string): Write {
  return scope.table.attach(sampleKind.name, sampleId, PREFIX + inspectionId, { inspectionId });
}

export async function listWaitingInspections(scope: TenantScope, sampleId: string): Promise<string[]> {
  const links = await scope.table.listAttached<{ inspectionId: string }>(sampleKind.name, sampleId, PREFIX);
  return links.map(({ inspectionId }) => inspectionId);
}

/** The first inspections of a sample, with the names of their rows. */
export async function listLinks(
  scope: TenantScope,
  sampleId: string,
  limit: number,
): Promise<{ row: string; inspectionId: string }[]> {
  const rows = await scope.table.listRows(sampleKind.name, sampleId, PREFIX, limit);
  return rows.map((row) => ({ row, inspectionId: row.slice(PREFIX.length) }));
}

/** Says that a kept answer is about pictures of the sample. It may be said again. */
export function linkAnswer(scope: TenantScope, sampleId: string, digest: string): Write {
  return scope.table.add(sampleKind.name, sampleId, ANSWER + digest, { times: 1 });
}

/** Digests of the first kept answers about a sample, with the names of their rows. */
export async function listAnswers(
  scope: TenantScope,
  sampleId: string,
  limit: number,
): Promise<{ row: string; digest: string }[]> {
  const rows = await scope.table.listRows(sampleKind.name, sampleId, ANSWER, limit);
  return rows.map((row) => ({ row, digest: row.slice(ANSWER.length) }));
}
