export { renderReport } from './render-report.ts';
export type {
  EvaluationResult,
  Picture,
  SliceResult,
  VariantComparison,
  VariantResult,
  WrongItem,
} from './types.ts';
