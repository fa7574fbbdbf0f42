import { type Answer, ask } from './ask.ts';
import type { Attempt, IsolationCase } from './cases.ts';
import type { Scene } from './scene.ts';
import type { Ids } from './world.ts';

/** A case whose two answers tell what they must not. */
export interface Leak {
  readonly name: string;
  readonly why: string;
}

/** Runs the cases one after the other. A case that can't be asked at all counts as a leak: it tests nothing. */
export async function runCases(scene: Scene, cases: readonly IsolationCase[]): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for (const one of cases) {
    const why = await runCase(scene, one);
    if (why !== undefined) leaks.push({ name: one.name, why });
  }
  return leaks;
}

async function runCase(scene: Scene, one: IsolationCase): Promise<string | undefined> {
  const send = ({ apiKey, call }: Attempt) => ask(scene.service.url, apiKey, call);
  const probe = await send(one.probe);
  const reference = await send(one.reference);
  return findLeak(one, probe, reference);
}

function findLeak(one: IsolationCase, probe: Answer, reference: Answer): string | undefined {
  if (probe.body.includes('GRAPHQL_VALIDATION_FAILED')) return `The call is not well-formed: ${probe.body}`;
  if (probe.status >= 500 || probe.body.includes('INTERNAL_SERVER_ERROR'))
    return `The service failed: ${probe.body}`;
  if (probe.status !== reference.status) return `Status ${probe.status} instead of ${reference.status}.`;
  const actual = hideIds(probe.body, one.probe.ids);
  const expected = hideIds(reference.body, one.reference.ids);
  if (actual !== expected) return `It answers ${actual} instead of ${expected}.`;
  if (one.contains !== undefined && !probe.body.includes(one.contains))
    return `It answers ${probe.body}, without ${one.contains}.`;
  if (probe.body.includes('Victim')) return `It names the victim: ${probe.body}`;
  return undefined;
}

/** An answer may repeat the ids it was asked with. */
function hideIds(text: string, ids: Ids): string {
  return Object.values(ids).reduce((result, id) => result.replaceAll(id, '<id>'), text);
}
