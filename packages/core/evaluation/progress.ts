import { assertMay, type TenantRequest } from '../access/index.ts';
import type { TenantScope } from '../platform/index.ts';
import { type EvaluationCounts, readManyEvaluationCounts } from './chunks.ts';
import { type Evaluation, isEvaluationEnded, locateOutput } from './entity.ts';
import type { Lanes } from './packs.ts';

/** Items of one export file. */
export const ITEMS_PER_FILE = 20_000;

/** How far an evaluation is; items count once per variant. Times are epoch ms. */
export interface EvaluationProgress {
  readonly items: number;
  readonly judged: number;
  readonly failed: number;
  readonly costMicroUsd: number;
  /** Answered items that are not in the cost. */
  readonly costUnknownCount: number;
  readonly perMinute: number | undefined;
  readonly estimatedEndAt: number | undefined;
  /** In ECONOMY. */
  readonly lanes: Lanes | undefined;
}

/** Of evaluations, in the order asked. */
export async function countEvaluations(
  { session, scope }: TenantRequest,
  ids: readonly string[],
): Promise<EvaluationCounts[]> {
  assertMay(session, 'evaluation.read');
  return readManyEvaluationCounts(scope, ids);
}

export function describeProgress(
  { scope }: TenantRequest,
  evaluation: Evaluation,
  { items: judged, failed, costMicroUsd, costUnknown, packed, submitted, finished }: EvaluationCounts,
): EvaluationProgress {
  const { itemCount: items, startedAt } = evaluation;
  const until = evaluation.finishedAt ?? scope.clock();
  const elapsedMs = startedAt === undefined ? 0 : until - startedAt;
  const perMinute = judged > 0 && elapsedMs > 0 ? (60_000 * judged) / elapsedMs : undefined;
  const isGoing = !isEvaluationEnded(evaluation) && perMinute !== undefined;
  return {
    items,
    judged,
    failed,
    costMicroUsd,
    costUnknownCount: costUnknown,
    perMinute,
    lanes: evaluation.mode === 'ECONOMY' ? { packed, submitted, finished } : undefined,
    estimatedEndAt: isGoing ? Math.round(until + (60_000 * (items - judged)) / perMinute) : undefined,
  };
}

/** How many files of one format hold the judged items. */
export async function countExportFiles(
  scope: TenantScope,
  { id, resultRev, exportCount }: Evaluation,
): Promise<number> {
  if (resultRev === undefined) return 0;
  if (exportCount !== undefined) return exportCount;
  for (let files = 0; ; files++) {
    if (!(await scope.bucket.head(locateOutput(id, resultRev, `items-${files}.jsonl`)))) return files;
  }
}
