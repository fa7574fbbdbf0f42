import type { Judgement } from '../judge.ts';
import { ModelError } from '../models/model-error.ts';
import { type CascadeBand, decideCheaply } from '../scores/decide-cheaply.ts';
import { mergeRecords } from './add-up.ts';

/**
 * Asks a cheap model first and the strong one only where the cheap one is not sure: its score lies in the band, it has
 * none, or it failed. Outside of the band the cheap verdict stands.
 *
 * @throws ModelError of the strong model; `spent` says what the cheap one cost.
 */
export async function judgeByCascade(
  askCheap: () => Promise<Judgement>,
  askStrong: () => Promise<Judgement>,
  band: CascadeBand,
): Promise<Judgement> {
  const cheap = await askCheap().catch((error: unknown) => {
    if (error instanceof ModelError && error.code !== 'ABORTED') return error;
    throw error;
  });
  if (cheap instanceof ModelError) {
    const strong = await askStrong();
    return { ...strong, notes: [...strong.notes, `The first model of the cascade failed: ${cheap.code}.`] };
  }
  const { score } = cheap;
  const decision = decideCheaply(score, band);
  if (decision) {
    const note = `Decided by the first model of the cascade: ${score} is outside of ${band.low} to ${band.high}.`;
    return { ...cheap, decision, notes: [...cheap.notes, note] };
  }
  const strong = await askStrong().catch((error: unknown) => {
    if (!(error instanceof ModelError)) throw error;
    throw error.withSpent(mergeRecords([cheap]));
  });
  const said = score === null ? cheap.outcome : String(score);
  return {
    ...strong,
    ...mergeRecords([cheap, strong]),
    notes: [...strong.notes, `The first model of the cascade was not sure: ${said}.`],
    latencyMs: cheap.latencyMs + strong.latencyMs,
  };
}
