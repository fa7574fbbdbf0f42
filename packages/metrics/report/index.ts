export { renderReport } from './render-report.ts';
export type {
  EvaluationResult,
  ModalityResult,
  Picture,
  RobustnessCurve,
  SliceResult,
  VariantComparison,
  VariantResult,
  WrongItem,
} from './types.ts';
