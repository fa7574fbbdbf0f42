export { announceEvaluation } from './announce.ts';
export * from './apply-variant.ts';
export * from './batch-work.ts';
export { type BatchPage, listBatches } from './batches.ts';
export * from './chunks.ts';
export * from './entity.ts';
export type { CascadeShare, EvaluationEstimate, PriceQuestion } from './estimate.ts';
export * from './items.ts';
export * from './packs.ts';
export * from './progress.ts';
export * from './result.ts';
export * from './states.ts';
export * from './totals.ts';
export {
  cancelEvaluation,
  createEvaluation,
  estimateEvaluation,
  findEvaluations,
  listEvaluations,
  resumeEvaluation,
  wakeEvaluation,
} from './verbs.ts';
