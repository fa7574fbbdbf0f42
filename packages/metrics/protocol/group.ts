import { buildRanking, mergeRankings, type Ranking } from '../ranking/ranking.ts';

/** What a model's answer was. The first two have a score; the others are missing answers. */
export const OUTCOMES = ['PARSED', 'REPAIRED', 'REFUSED', 'UNPARSEABLE', 'ERROR'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Prediction {
  readonly item: string;
  readonly class: string;
  readonly anomalous: boolean;
  /** Greater means more likely anomalous; `null` for a missing answer. */
  readonly score: number | null;
  readonly outcome: Outcome;
}

/** Sufficient statistics of a set of predictions: sets of any size merge, in any order, to the same whole. */
export interface Group {
  /** Answered items; the anomalous ones are the positives. */
  readonly ranking: Ranking;
  readonly outcomes: Readonly<Record<Outcome, Tally>>;
}

export interface Tally {
  readonly normal: number;
  readonly anomalous: number;
}

export function isAnswer(outcome: Outcome): boolean {
  return outcome === 'PARSED' || outcome === 'REPAIRED';
}

/** Counts predictions; the class is not looked at. */
export function groupPredictions(predictions: readonly Prediction[]): Group {
  const answered = predictions.filter(({ score }) => score !== null);
  const scores = Float64Array.from(answered, ({ score }) => score ?? 0);
  const labels = Uint8Array.from(answered, ({ anomalous }) => (anomalous ? 1 : 0));
  return {
    ranking: buildRanking(scores, labels),
    outcomes: tally((outcome) => {
      const those = predictions.filter((prediction) => prediction.outcome === outcome);
      const anomalous = those.filter((prediction) => prediction.anomalous).length;
      return { normal: those.length - anomalous, anomalous };
    }),
  };
}

/** Adds groups of disjoint items. */
export function mergeGroups(groups: readonly Group[]): Group {
  return {
    ranking: mergeRankings(groups.map(({ ranking }) => ranking)),
    outcomes: tally((outcome) => ({
      normal: groups.reduce((sum, group) => sum + group.outcomes[outcome].normal, 0),
      anomalous: groups.reduce((sum, group) => sum + group.outcomes[outcome].anomalous, 0),
    })),
  };
}

/** Items without an answer, by their truth. */
export function countMissing({ outcomes }: Group): Tally {
  const missing = OUTCOMES.filter((outcome) => !isAnswer(outcome)).map((outcome) => outcomes[outcome]);
  return {
    normal: missing.reduce((sum, { normal }) => sum + normal, 0),
    anomalous: missing.reduce((sum, { anomalous }) => sum + anomalous, 0),
  };
}

function tally(count: (outcome: Outcome) => Tally): Record<Outcome, Tally> {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])) as Record<Outcome, Tally>;
}
