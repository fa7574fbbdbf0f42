import type { Outcome, ReadAnswer } from './answers/read-answer.ts';

/** What a call was for. */
export type LookPurpose = 'DIRECT' | 'REFUTE' | 'CHECKLIST' | 'SECOND_LOOK';

/** Where a score comes from. */
export type ScoreSource = ReadAnswer['scoreSource'] | 'CHECKLIST' | 'REFERENCE_MATCH';

/** One answered question of a judgement. */
export interface Look {
  readonly purpose: LookPurpose;
  readonly outcome: Outcome;
  /** 0 to 1; null when REFUSED or UNPARSEABLE. */
  readonly score: number | null;
  /** Null without a score. */
  readonly scoreSource: ScoreSource | null;
  readonly reasoning: string;
}

/** Mean of the looks that have a score (published runs: mean as good as min, better than max); null without any. */
export function fuseScores(looks: readonly Look[]): number | null {
  const scores = looks.flatMap(({ score }) => score ?? []);
  if (scores.length === 0) return null;
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The look that speaks for all: the one furthest from one half among those with a score, else the first. */
export function pickSpeaker<L extends Look>(looks: readonly L[]): L | undefined {
  const scored = looks.filter(({ score }) => score !== null);
  const certainty = ({ score }: Look) => Math.abs((score ?? 0.5) - 0.5);
  const [most] = scored.toSorted((a, b) => certainty(b) - certainty(a));
  return most ?? looks[0];
}
