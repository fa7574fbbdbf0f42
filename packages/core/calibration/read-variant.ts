import {
  type Evaluation,
  evaluationKind,
  type ItemResult,
  isEvaluationEnded,
  readChunk,
} from '../evaluation/index.ts';
import { DomainError, load, type TenantScope } from '../platform/index.ts';

/** Of a larger evaluation chunks are taken evenly over its items, which may lie sorted by class. */
const MAX_ITEMS = 20_000;
/** Chunks read at once. */
const READS = 8;

/** What is kept of a result while many are read. */
export type ReadItem = Pick<
  ItemResult,
  'index' | 'class' | 'anomalous' | 'outcome' | 'score' | 'decision' | 'costMicroUsd'
>;

/** An evaluation that has its results. @throws DomainError NOT_FOUND, INVALID */
export async function loadEnded(scope: TenantScope, evaluationId: string): Promise<Evaluation> {
  const path = ['input', 'evaluationId'];
  const evaluation = await load(scope, evaluationKind, evaluationId, path);
  if (isEvaluationEnded(evaluation)) return evaluation;
  throw new DomainError('INVALID', `The evaluation is ${evaluation.state}. Wait until it has ended.`, path);
}

/**
 * What was judged of a variant, by its position; of very many items a part, the same of each variant. Of items that name
 * their class in the prompt only those of `className` are asked about as a profile of that class asks.
 */
export async function readVariant(
  scope: TenantScope,
  evaluation: Evaluation,
  position: number,
  className: string,
): Promise<readonly ReadItem[]> {
  const { variants, itemCount, chunkItems, useItemClass } = evaluation;
  const blocks = Math.ceil(itemCount / variants.length / chunkItems);
  const step = Math.max(1, Math.ceil((blocks * chunkItems) / MAX_ITEMS));
  const taken = Array.from({ length: Math.ceil(blocks / step) }, (_, index) => index * step);
  const results: ReadItem[] = [];
  for (let at = 0; at < taken.length; at += READS) {
    const some = taken.slice(at, at + READS).map((block) => block * variants.length + position);
    const read = await Promise.all(some.map((chunk) => readChunk(scope, evaluation, chunk)));
    results.push(...read.flat().map(keepFigures));
  }
  return useItemClass ? results.filter((item) => item.class === className) : results;
}

function keepFigures(result: ItemResult): ReadItem {
  const { index, anomalous, outcome, score, decision, costMicroUsd } = result;
  return { index, class: result.class, anomalous, outcome, score, decision, costMicroUsd };
}
