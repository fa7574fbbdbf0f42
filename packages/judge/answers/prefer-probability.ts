import type { ReadAnswer } from './read-answer.ts';

/**
 * Takes the probability of the verdict's token for the score, where there is one: it ranks better than what a model
 * says of itself (published runs: AUROC 0.748 → 0.767, small models more). Without one the answer stays as it is: its own
 * score, or its yes or no.
 *
 * @param probability of an anomaly, 0 to 1; see `readVerdictProbability`.
 */
export function preferProbability(answer: ReadAnswer, probability: number | undefined): ReadAnswer {
  if (probability === undefined) return answer;
  const { score, scoreSource, notes } = answer;
  const disagrees = scoreSource === 'VERBALISED' && score >= 0.5 !== probability >= 0.5;
  const note = `anomaly_score ${score} contradicts the probability of the verdict, ${probability.toFixed(3)}, which counts.`;
  return {
    ...answer,
    score: probability,
    scoreSource: 'LOGPROB',
    notes: disagrees ? [...notes, note] : notes,
  };
}
