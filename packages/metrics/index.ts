export { computeAuroc, type LabelledScore } from './auroc.ts';
