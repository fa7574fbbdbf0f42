export { renderReport } from './render-report.ts';
export type {
  EvaluationResult,
  Picture,
  RobustnessCurve,
  SliceResult,
  VariantComparison,
  VariantResult,
  WrongItem,
} from './types.ts';
