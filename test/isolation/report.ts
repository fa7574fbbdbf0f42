import { testFaults } from '../support/environment.ts';
import { type IsolationCase, listCases, listUncovered } from './cases.ts';
import { listObjectCases, runObjectCases } from './objects.ts';
import { type Leak, runCases } from './run-cases.ts';
import type { Scene } from './scene.ts';
import { operations } from './schema.ts';
import { listTimingCases, runTimingCases } from './timing.ts';

/** What the isolation test found. */
export interface IsolationReport {
  /** How many attempts were made. */
  readonly cases: number;
  readonly leaks: readonly Leak[];
  /** Operations of the schema. */
  readonly operations: number;
  /** What no attempt was made on. */
  readonly uncovered: readonly string[];
}

/** Makes every attempt on the victim of the scene. */
export async function reportIsolation(scene: Scene): Promise<IsolationReport> {
  const before = await takeSnapshot(scene);
  // Timing goes first, before the attempts have filled the caches of one side. Faults would hide any difference.
  const timing = testFaults === undefined ? listTimingCases(scene) : [];
  const timingLeaks = await runTimingCases(scene, timing);
  const cases: readonly IsolationCase[] = listCases(scene);
  const answerLeaks = await runCases(scene, cases);
  const objects = await listObjectCases(scene);
  const objectLeaks = await runObjectCases(objects);
  const after = await takeSnapshot(scene);
  const changed =
    after === before ? [] : [{ name: 'the victim’s own view', why: `It was ${before} and is ${after}.` }];
  return {
    cases: cases.length + objects.length + timing.length,
    leaks: [...answerLeaks, ...objectLeaks, ...timingLeaks, ...changed],
    operations: operations.length,
    uncovered: listUncovered(scene),
  };
}

/** Everything the victim can see of itself, but for versions of samples: the sweep moves those that wait. */
async function takeSnapshot({ victim }: Scene): Promise<string> {
  return JSON.stringify(
    await victim.client.request(`{
      viewer { tenant { name version archivedAt } }
      profiles { edges { node { id name version archivedAt counts { done failed } } } }
      samples { edges { node { id label archivedAt state } } }
      inspections { edges { node { id label version archivedAt state } } }
    }`),
  );
}
