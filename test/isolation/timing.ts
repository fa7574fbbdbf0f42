import { ask } from './ask.ts';
import type { Call } from './calls.ts';
import type { Leak } from './run-cases.ts';
import { makeUnknownKey, type Scene } from './scene.ts';
import type { Ids } from './world.ts';

/** Two requests whose answers must take the same time. */
export interface TimingCase {
  readonly name: string;
  readonly probe: Request;
  readonly reference: Request;
}

interface Request {
  readonly apiKey: string;
  readonly call: Call;
}

const PAIRS = 40;
const ROUNDS = 3;
/** Standard errors by which a rank sum may differ: 4 happens by chance in one of 15,000 comparisons. */
const MOST_ERRORS = 4;

export function listTimingCases({ victim, nobody, attacker, deadKeys }: Scene): TimingCase[] {
  const find = (id: string): Call => ({
    document: 'query ($id: ID!) { node(id: $id) { id } }',
    variables: { id },
  });
  const call: Call = { document: '{ viewer { tenant { id } } }', variables: {} };
  return [
    ...(Object.keys(victim.ids) as (keyof Ids)[])
      // An upload's id is no node's, and nobody's has another form.
      .filter((noun) => noun !== 'upload')
      .map((noun) => ({
        name: `time of a node lookup of another tenant's ${noun}`,
        probe: { apiKey: attacker.apiKey, call: find(victim.ids[noun]) },
        reference: { apiKey: attacker.apiKey, call: find(nobody[noun]) },
      })),
    ...Object.entries(deadKeys)
      // These are refused by their form, before anything is read of a tenant.
      .filter(([what]) => !/malformed|checksum|stage|forged|token/.test(what))
      .map(([what, apiKey]) => ({
        name: `time of the refusal of ${what}`,
        probe: { apiKey, call },
        reference: { apiKey: makeUnknownKey(victim.apiKey), call },
      })),
  ];
}

/** A difference counts when it shows in each of three rounds: a busy machine makes one by itself. */
export async function runTimingCases(scene: Scene, cases: readonly TimingCase[]): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for (const one of cases) {
    const errors: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const measured = await compare(scene.service.url, one);
      errors.push(measured);
      if (Math.abs(measured) <= MOST_ERRORS) break;
    }
    const isLeak = errors.every((error) => Math.abs(error) > MOST_ERRORS);
    if (isLeak)
      leaks.push({
        name: one.name,
        why: `Its rank sum differs by ${errors.map((error) => error.toFixed(1)).join(', ')} standard errors.`,
      });
  }
  return leaks;
}

/** Mann-Whitney's statistic of the times of both requests, asked in turn, in standard errors from equality. */
async function compare(url: string, { probe, reference }: TimingCase): Promise<number> {
  const time = async ({ apiKey, call }: Request): Promise<number> => {
    const started = performance.now();
    await ask(url, apiKey, call);
    return performance.now() - started;
  };
  const probes: number[] = [];
  const references: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Whoever goes first finds colder caches; so they take turns.
    if (pair % 2 === 0) probes.push(await time(probe));
    references.push(await time(reference));
    if (pair % 2 === 1) probes.push(await time(probe));
  }
  const wins = probes.reduce((sum, a) => sum + references.filter((b) => a > b).length, 0);
  const mean = (PAIRS * PAIRS) / 2;
  const deviation = Math.sqrt((PAIRS * PAIRS * (2 * PAIRS + 1)) / 12);
  return (wins - mean) / deviation;
}
