import { computeAuroc } from '@loupe/metrics';

/** Scores of normal and of anomalous items of one group: only within it are they compared. */
export interface ScoredGroup {
  readonly normal: readonly number[];
  readonly anomalous: readonly number[];
}

export interface AurocInterval {
  readonly auroc: number;
  /** 95 % interval of the bootstrap (Efron 1979): items drawn anew within each class of each group. */
  readonly interval: readonly [number, number];
  readonly normal: number;
  readonly anomalous: number;
}

const DRAWS = 1000;
const TAILS = [0.025, 0.975] as const;

/** Mean over groups of the area under the ROC curve within each, with its interval. */
export function measureAuroc(groups: readonly ScoredGroup[], random: () => number): AurocInterval {
  const measure = (some: readonly ScoredGroup[]) =>
    some.reduce((sum, { normal, anomalous }) => {
      const items = [
        ...normal.map((score) => ({ score, anomalous: false })),
        ...anomalous.map((score) => ({ score, anomalous: true })),
      ];
      return sum + (computeAuroc(items) ?? Number.NaN) / some.length;
    }, 0);
  const draw = (scores: readonly number[]) =>
    scores.map(() => scores[Math.floor(random() * scores.length)] ?? Number.NaN);
  const drawn = Float64Array.from({ length: DRAWS }, () =>
    measure(groups.map(({ normal, anomalous }) => ({ normal: draw(normal), anomalous: draw(anomalous) }))),
  ).sort();
  const [low = 0, high = 1] = TAILS.map((tail) => drawn[Math.round(tail * (DRAWS - 1))]);
  return {
    auroc: measure(groups),
    interval: [low, high],
    normal: groups.reduce((sum, group) => sum + group.normal.length, 0),
    anomalous: groups.reduce((sum, group) => sum + group.anomalous.length, 0),
  };
}

/** `0.94 [0.92, 0.96] (30 normal, 80 anomalous)`. */
export function tellAuroc({ auroc, interval, normal, anomalous }: AurocInterval): string {
  const [low, high] = interval.map((value) => value.toFixed(2));
  return `${auroc.toFixed(2)} [${low}, ${high}] (${normal} normal, ${anomalous} anomalous)`;
}
