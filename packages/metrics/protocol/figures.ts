import { computeIntervals, type Intervals, type Resamples, resample } from '../intervals/bootstrap.ts';
import { type Drawn, prepareDrawing } from '../intervals/prepare.ts';
import { areProbabilities, type Measured, type Metrics, measure } from '../measures.ts';
import { computeAuprTrapezoid } from '../ranking/curves.ts';
import { type Confusion, computeDecisionMetrics, type DecisionMetrics } from '../ranking/decisions.ts';
import type { Ranking } from '../ranking/ranking.ts';
import { countMissing, type Group, OUTCOMES, type Outcome } from './group.ts';

/**
 * `clean`: continuous scores, anomalous is the positive class. `paper`: the convention of arXiv 2403.11083, hard answers
 * with normal as the positive class.
 */
export type Protocol = 'clean' | 'paper';

export interface ProtocolOptions {
  readonly protocol: Protocol;
  /** Items from this anomaly score on are called anomalous. Default 0.5. */
  readonly threshold?: number | undefined;
  /** Resamples of the 95 % intervals; 0 for none. Default 1000. */
  readonly resamples?: number | undefined;
  readonly seed?: number | undefined;
  /** Metrics that are given only when asked for by name. */
  readonly extra?: readonly 'auprTrapezoid'[] | undefined;
}

export type NamedMetrics = Omit<Metrics, 'auprNegative' | 'f1MaxThreshold'> & {
  /** The threshold of F1-max as an anomaly score; `null` in the protocol `paper`, whose answers are hard. */
  readonly f1MaxThreshold: number | null;
  readonly auprAnomalous: number | null;
  readonly auprNormal: number | null;
  /** Share of normal items called anomalous. */
  readonly overkill: number | null;
  /** Share of anomalous items called normal. */
  readonly miss: number | null;
  readonly auprTrapezoid?: number | null;
};

/** Metrics of one class or of all items, with what is needed to judge them. */
export type Figures = NamedMetrics & {
  readonly items: number;
  readonly answered: number;
  readonly missing: number;
  /** Answered share of the items; `null` without items. */
  readonly coverage: number | null;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly normal: number;
  readonly anomalous: number;
  /** Share of anomalous items among the answered. */
  readonly prevalence: number | null;
  /** In terms of the protocol's positive class. */
  readonly confusion: Confusion;
  /** What answers that never look reach. */
  readonly baselines: Baselines;
  /** The same decisions with every missing answer counted as a wrong one. */
  readonly missingAsWrong: DecisionMetrics;
  readonly intervals: Intervals;
  readonly reasons: Readonly<Record<string, string>>;
};

export interface Baselines {
  readonly alwaysAnomalous: DecisionMetrics;
  readonly alwaysNormal: DecisionMetrics;
  readonly auroc: number | null;
  /** Share of the positive class. */
  readonly aupr: number | null;
}

export interface Computed {
  readonly figures: Figures;
  readonly resamples: Resamples;
}

/** A group as a protocol sees it. */
export interface Sighted {
  readonly group: Group;
  readonly ranking: Ranking;
  readonly threshold: number;
  /** What resamples are drawn from. */
  readonly drawn: Drawn;
}

export function sight(group: Group, options: ProtocolOptions): Sighted {
  const asked = options.threshold ?? 0.5;
  const paper = options.protocol === 'paper';
  const ranking = paper ? hardenRanking(group.ranking, asked) : group.ranking;
  const threshold = paper ? 0.5 : asked;
  return { group, ranking, threshold, drawn: prepareDrawing(ranking, threshold) };
}

/** Computes every figure of a group under a protocol. */
export function computeFigures(
  { group, ranking, threshold, drawn }: Sighted,
  options: ProtocolOptions,
): Computed {
  const paper = options.protocol === 'paper';
  const measured = measure(ranking, { threshold });
  const rounds = options.resamples ?? 1000;
  const resamples =
    rounds === 0
      ? {}
      : resample(drawn.ranking, {
          threshold,
          resamples: rounds,
          seed: options.seed,
          calibrated: areProbabilities(ranking),
        });
  const missing = countMissing(group);
  const [anomalous, normal] = [group.ranking.positiveCount, group.ranking.negativeCount];
  const items = anomalous + normal + missing.anomalous + missing.normal;
  const figures: Figures = {
    ...nameMetrics(measured.metrics, paper),
    ...(options.extra?.includes('auprTrapezoid') && { auprTrapezoid: computeAuprTrapezoid(ranking) }),
    items,
    answered: anomalous + normal,
    missing: missing.anomalous + missing.normal,
    coverage: items === 0 ? null : (anomalous + normal) / items,
    outcomes: Object.fromEntries(
      OUTCOMES.map((outcome) => [
        outcome,
        group.outcomes[outcome].normal + group.outcomes[outcome].anomalous,
      ]),
    ) as Record<Outcome, number>,
    normal,
    anomalous,
    prevalence: anomalous + normal === 0 ? null : anomalous / (anomalous + normal),
    confusion: measured.confusion,
    baselines: computeBaselines(ranking, paper),
    missingAsWrong: computeDecisionMetrics(countWrong(measured.confusion, missing, paper)),
    intervals: nameIntervals(computeIntervals(resamples), paper),
    reasons: nameReasons(measured.reasons, paper),
  };
  return { figures, resamples };
}

/** The paper's "correctness": 1 for normal and 0 for anomalous, with normal as the positive class. */
function hardenRanking(ranking: Ranking, threshold: number): Ranking {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = measure(ranking, {
    threshold,
  }).confusion;
  const answers = [
    { correctness: 1, normals: trueNegatives, anomalies: falseNegatives },
    { correctness: 0, normals: falsePositives, anomalies: truePositives },
  ].filter(({ normals, anomalies }) => normals + anomalies > 0);
  return {
    scores: Float64Array.from(answers, ({ correctness }) => correctness),
    positives: Int32Array.from(answers, ({ normals }) => normals),
    negatives: Int32Array.from(answers, ({ anomalies }) => anomalies),
    positiveCount: ranking.negativeCount,
    negativeCount: ranking.positiveCount,
  };
}

function nameMetrics({ auprNegative, ...metrics }: Metrics, paper: boolean): NamedMetrics {
  const complement = (share: number | null) => (share === null ? null : 1 - share);
  const [normals, anomalies] = paper
    ? [metrics.recall, metrics.specificity]
    : [metrics.specificity, metrics.recall];
  return {
    ...metrics,
    f1MaxThreshold: paper ? null : metrics.f1MaxThreshold,
    auprAnomalous: paper ? auprNegative : metrics.aupr,
    auprNormal: paper ? metrics.aupr : auprNegative,
    overkill: complement(normals),
    miss: complement(anomalies),
  };
}

function nameIntervals({ auprNegative, ...intervals }: Intervals, paper: boolean): Intervals {
  const turn = (interval: Intervals['acc']) => interval && ([1 - interval[1], 1 - interval[0]] as const);
  const named = {
    ...intervals,
    auprAnomalous: paper ? auprNegative : intervals.aupr,
    auprNormal: paper ? intervals.aupr : auprNegative,
    overkill: turn(paper ? intervals.recall : intervals.specificity),
    miss: turn(paper ? intervals.specificity : intervals.recall),
  };
  return Object.fromEntries(Object.entries(named).filter(([, interval]) => interval !== undefined));
}

function nameReasons(reasons: Measured['reasons'], paper: boolean): Record<string, string> {
  const { auprNegative, ...others } = reasons;
  const words = (reason: string) =>
    reason
      .replaceAll('positive', paper ? 'normal' : 'anomalous')
      .replaceAll('negative', paper ? 'anomalous' : 'normal');
  return Object.fromEntries(
    Object.entries({
      ...others,
      ...(auprNegative && { auprNormal: auprNegative, auprAnomalous: auprNegative }),
      ...(paper && { f1MaxThreshold: 'The answers are hard: they have no threshold.' }),
    }).map(([name, reason]) => [name, words(reason)]),
  );
}

function computeBaselines({ positiveCount, negativeCount }: Ranking, paper: boolean): Baselines {
  const allPositive = computeDecisionMetrics({
    truePositives: positiveCount,
    falsePositives: negativeCount,
    falseNegatives: 0,
    trueNegatives: 0,
  });
  const allNegative = computeDecisionMetrics({
    truePositives: 0,
    falsePositives: 0,
    falseNegatives: positiveCount,
    trueNegatives: negativeCount,
  });
  const both = positiveCount > 0 && negativeCount > 0;
  return {
    alwaysAnomalous: paper ? allNegative : allPositive,
    alwaysNormal: paper ? allPositive : allNegative,
    auroc: both ? 0.5 : null,
    aupr: both ? positiveCount / (positiveCount + negativeCount) : null,
  };
}

function countWrong(
  confusion: Confusion,
  missing: { readonly normal: number; readonly anomalous: number },
  paper: boolean,
): Confusion {
  const [positive, negative] = paper
    ? [missing.normal, missing.anomalous]
    : [missing.anomalous, missing.normal];
  return {
    ...confusion,
    falseNegatives: confusion.falseNegatives + positive,
    falsePositives: confusion.falsePositives + negative,
  };
}
