import { averageResamples, computeIntervals } from '../intervals/bootstrap.ts';
import { limitResamples } from '../intervals/prepare.ts';
import { computeFigures, type Figures, type NamedMetrics, type ProtocolOptions, sight } from './figures.ts';
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
  /** By how much AUROC of a resample may be off at most; 0 unless neighbouring scores were drawn together. */
  readonly resampleAurocError: number;
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

/** Judges predictions under a protocol: pooled, as the mean of classes, and class by class. */
export function judgePredictions(predictions: readonly Prediction[], options: ProtocolOptions): Report {
  const byClass = Map.groupBy(predictions, (prediction) => prediction.class);
  return judgeGroups(new Map([...byClass].map(([name, those]) => [name, groupPredictions(those)])), options);
}

/** The same from counted groups, by class. There are as many resamples as their work allows, which the report says. */
export function judgeGroups(groups: ReadonlyMap<string, Group>, options: ProtocolOptions): Report {
  const names = [...groups.keys()].sort();
  const classes = names.map((name) => sight(groups.get(name) as Group, options));
  const all = sight(mergeGroups([...groups.values()]), options);
  const works = [all.drawn.work, classes.reduce((sum, { drawn }) => sum + drawn.work, 0)];
  const resamples = limitResamples(works, options.resamples);
  const seed = options.seed ?? 1;
  const computed = classes.map((one, i) => ({
    name: names[i] as string,
    // A stream of its own for every class: resamples of different classes are independent.
    ...computeFigures(one, { ...options, resamples, seed: seed + (i + 1) * 2 ** 32 }),
  }));
  const pooled = computeFigures(all, { ...options, resamples, seed }).figures;
  return {
    protocol: options.protocol,
    positiveClass: options.protocol === 'paper' ? 'normal' : 'anomalous',
    threshold: options.threshold ?? 0.5,
    resamples,
    resampleAurocError: Math.max(...[all, ...classes].map(({ drawn }) => drawn.aurocError)),
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
