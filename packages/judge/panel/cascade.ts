import type { Judgement } from '../judge.ts';
import { ModelError } from '../models/model-error.ts';
import { type CascadeBand, decideCheaply } from '../scores/decide-cheaply.ts';
import { addUp, type Bill, mergeRecords } from './add-up.ts';

/**
 * Asks a cheap model first and the strong one only where the cheap one is not sure: its score lies in the band, it has
 * none, or it failed. Outside of the band the cheap verdict stands.
 *
 * @throws ModelError of the strong model; `spent` says what both cost.
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
    const paid = cheap.spent ? [cheap.spent] : [];
    const strong = await askStrong().catch((error: unknown) => {
      throw paid.length === 0 ? error : addBills(error, paid);
    });
    const notes = [...strong.notes, `The first model of the cascade failed: ${cheap.code}.`];
    return { ...strong, ...addUp([...paid, strong]), notes };
  }
  const { score } = cheap;
  const decision = decideCheaply(score, band);
  if (decision) {
    const note = `Decided by the first model of the cascade: ${score} is outside of ${band.low} to ${band.high}.`;
    return { ...cheap, decision, notes: [...cheap.notes, note] };
  }
  const strong = await askStrong().catch((error: unknown) => {
    throw addBills(error, [cheap]);
  });
  const said = score === null ? cheap.outcome : String(score);
  return {
    ...strong,
    ...mergeRecords([cheap, strong]),
    notes: [...strong.notes, `The first model of the cascade was not sure: ${said}.`],
    latencyMs: cheap.latencyMs + strong.latencyMs,
  };
}

/** The strong model's error with what was paid before it. */
function addBills(error: unknown, paid: readonly Bill[]): unknown {
  if (!(error instanceof ModelError)) return error;
  return error.withSpent(addUp([...paid, ...(error.spent ? [error.spent] : [])]));
}
