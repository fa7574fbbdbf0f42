import { averageResamples, computeIntervals } from '../intervals/bootstrap.ts';
import { computeFigures, type Figures, type NamedMetrics, type ProtocolOptions } from './figures.ts';
import { type Group, groupPredictions, mergeGroups, type Prediction } from './group.ts';

/** Means over classes, each weighing the same. */
export type Macro = NamedMetrics & {
  readonly classCount: number;
  readonly intervals: Figures['intervals'];
  /** Why a mean is `null`, or which classes it leaves out. */
  readonly reasons: Readonly<Record<string, string>>;
};

export interface Report {
  readonly protocol: ProtocolOptions['protocol'];
  readonly positiveClass: 'normal' | 'anomalous';
  readonly threshold: number;
  readonly resamples: number;
  readonly seed: number;
  readonly pooled: Figures;
  readonly macro: Macro;
  readonly classes: Readonly<Record<string, Figures>>;
}

const MACRO_NAMES = [
  'acc',
  'balancedAcc',
  'precision',
  'recall',
  'specificity',
  'f1',
  'mcc',
  'kappa',
  'overkill',
  'miss',
  'auroc',
  'aupr',
  'auprAnomalous',
  'auprNormal',
  'f1Max',
  'f1MaxThreshold',
  'farAt90Recall',
  'farAt95Recall',
  'farAt100Recall',
  'recallAt1Fpr',
  'recallAt5Fpr',
  'recallAt10Fpr',
  'brier',
  'ece',
] as const satisfies readonly (keyof NamedMetrics)[];

/** Draws of one class more than these cost more than they tell. */
const MOST_DRAWS = 200_000_000;
const FEWEST_RESAMPLES = 200;

/** Judges predictions under a protocol: pooled, as the mean of classes, and class by class. */
export function judgePredictions(predictions: readonly Prediction[], options: ProtocolOptions): Report {
  const byClass = Map.groupBy(predictions, (prediction) => prediction.class);
  return judgeGroups(new Map([...byClass].map(([name, those]) => [name, groupPredictions(those)])), options);
}

/**
 * The same from counted groups, by class. Above 200,000 items the resamples become fewer, down to 200, so that the work
 * stays near 2 · 10⁸ draws; the report says how many there were.
 */
export function judgeGroups(groups: ReadonlyMap<string, Group>, options: ProtocolOptions): Report {
  const names = [...groups.keys()].sort();
  const all = mergeGroups([...groups.values()]);
  const answered = all.ranking.positiveCount + all.ranking.negativeCount;
  const asked = options.resamples ?? 1000;
  const resamples = Math.min(
    asked,
    Math.max(FEWEST_RESAMPLES, Math.floor(MOST_DRAWS / Math.max(1, answered))),
  );
  const seed = options.seed ?? 1;
  const computed = names.map((name, i) => ({
    name,
    // A stream of its own for every class: resamples of different classes are independent.
    ...computeFigures(groups.get(name) as Group, { ...options, resamples, seed: seed + (i + 1) * 2 ** 32 }),
  }));
  const pooled = computeFigures(all, { ...options, resamples, seed }).figures;
  return {
    protocol: options.protocol,
    positiveClass: options.protocol === 'paper' ? 'normal' : 'anomalous',
    threshold: options.threshold ?? 0.5,
    resamples,
    seed,
    pooled,
    macro: averageClasses(computed),
    classes: Object.fromEntries(computed.map(({ name, figures }) => [name, figures])),
  };
}

function averageClasses(classes: readonly (ReturnType<typeof computeFigures> & { name: string })[]): Macro {
  const reasons: Record<string, string> = {};
  const means = MACRO_NAMES.map((name) => {
    const defined = classes.flatMap(({ figures }) => figures[name] ?? []);
    if (defined.length === 0) {
      reasons[name] = 'No class has a value.';
      return [name, null];
    }
    if (defined.length < classes.length) {
      reasons[name] = `Mean of ${defined.length} of ${classes.length} classes; the others have no value.`;
    }
    return [name, defined.reduce((sum, value) => sum + value, 0) / defined.length];
  });
  const intervals = computeIntervals(averageResamples(classes.map(({ resamples }) => resamples)));
  const { auprNegative: _, ...named } = intervals;
  return {
    ...(Object.fromEntries(means) as NamedMetrics),
    classCount: classes.length,
    intervals: named,
    reasons,
  };
}
