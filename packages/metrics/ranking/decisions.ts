/** Answers at a threshold against the truth, counted. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Metrics of hard answers; `null` where the formula has no value. */
export interface DecisionMetrics {
  readonly acc: number | null;
  readonly balancedAcc: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly specificity: number | null;
  readonly f1: number | null;
  readonly mcc: number | null;
  readonly kappa: number | null;
}

/**
 * The usual metrics of a 2 × 2 table, with TP, FP, FN, TN for its cells and n for their sum:
 * ACC = (TP + TN) / n; recall = TP / (TP + FN); specificity = TN / (TN + FP); balanced accuracy is the mean of both;
 * precision = TP / (TP + FP); F1 = 2 TP / (2 TP + FP + FN); MCC (Matthews 1975) =
 * (TP·TN − FP·FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN)), 0 for constant answers (Chicco and Jurman 2020);
 * κ (Cohen 1960) = (ACC − e) / (1 − e) with e the agreement by chance. Balanced accuracy, MCC and κ need both classes.
 */
export function computeDecisionMetrics(table: Confusion): DecisionMetrics {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = table;
  const n = tp + fp + fn + tn;
  const [recall, specificity] = [divide(tp, tp + fn), divide(tn, tn + fp)];
  const both = recall !== null && specificity !== null;
  const spread = Math.sqrt(tp + fp) * Math.sqrt(tp + fn) * Math.sqrt(tn + fp) * Math.sqrt(tn + fn);
  const chance = n === 0 ? 0 : ((tp + fp) / n) * ((tp + fn) / n) + ((tn + fn) / n) * ((tn + fp) / n);
  return {
    acc: divide(tp + tn, n),
    balancedAcc: both ? (recall + specificity) / 2 : null,
    precision: divide(tp, tp + fp),
    recall,
    specificity,
    f1: divide(2 * tp, 2 * tp + fp + fn),
    mcc: both ? (spread === 0 ? 0 : (tp * tn - fp * fn) / spread) : null,
    kappa: both ? ((tp + tn) / n - chance) / (1 - chance) : null,
  };
}

function divide(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
