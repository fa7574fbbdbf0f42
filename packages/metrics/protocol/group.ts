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

const FIRST_SIZE = 64;

/** Collects predictions one by one: 9 to 14 bytes each. */
export class GroupBuilder {
  #scores = new Float64Array(FIRST_SIZE);
  #labels = new Uint8Array(FIRST_SIZE);
  #size = 0;
  readonly #counts = tally(() => ({ normal: 0, anomalous: 0 })) as Record<
    Outcome,
    { normal: number; anomalous: number }
  >;

  add({ anomalous, score, outcome }: Pick<Prediction, 'anomalous' | 'score' | 'outcome'>): void {
    this.#counts[outcome][anomalous ? 'anomalous' : 'normal']++;
    if (score === null) return;
    if (this.#size === this.#scores.length) this.#grow();
    this.#scores[this.#size] = score;
    this.#labels[this.#size++] = anomalous ? 1 : 0;
  }

  build(): Group {
    return {
      ranking: buildRanking(this.#scores.subarray(0, this.#size), this.#labels.subarray(0, this.#size)),
      outcomes: tally((outcome) => ({ ...this.#counts[outcome] })),
    };
  }

  /** By half: doubling would leave more unused. */
  #grow(): void {
    const [scores, labels] = [this.#scores, this.#labels];
    const size = Math.ceil(1.5 * scores.length);
    this.#scores = new Float64Array(size);
    this.#scores.set(scores);
    this.#labels = new Uint8Array(size);
    this.#labels.set(labels);
  }
}

/** Counts predictions; the class is not looked at. */
export function groupPredictions(predictions: readonly Prediction[]): Group {
  const builder = new GroupBuilder();
  for (const prediction of predictions) builder.add(prediction);
  return builder.build();
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
