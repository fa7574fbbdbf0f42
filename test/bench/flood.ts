/**
 * One tenant asks for fifty times what its plan allows; another one goes on as before. Reports the other's latency with and
 * without the flood, over the local API with its real token buckets, and what one request costs the service.
 *
 *     node test/bench/flood.ts [--json FILE] [--runs N]
 *
 * Calm and flood take turns of two seconds, N of each, so that what else the machine does falls on both. Requests are sent at
 * their times, whether the earlier ones were answered or not. A plan counts objects, not requests: TRIAL gives a credential
 * 100 a second, so the flood asks for 5,000, in pages of a hundred. The flooder is a process of its own with the lowest
 * priority: on a real network it does not use the service's processor.
 *
 * Processor time is that of the whole local service, its front included, which on AWS is not ours: of a request that is
 * served, and of one of a credential that was told to wait. From the latter follows what the flood takes of one core when it
 * comes in the cheapest requests there are, of one object each.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { findPlan } from '@loupe/core/usage';
import { startTestService, type TestService } from '../support/service.ts';
import type { Flood, Flooded } from './support/flooder.ts';
import { readProcessUsage } from './support/process-usage.ts';
import { type Measured, runBench } from './support/run-bench.ts';
import { type Requests, type Sent, sendAtRate, sendOnce } from './support/send-at-rate.ts';

const TIMES_ITS_LIMIT = 50;
const TURN_MS = 2000;
/** Requests of the other tenant, a second. */
const CALM_PER_SECOND = 40;
const CALM_QUERY = '{ viewer { tenant { id } } }';
const FLOOD_QUERY = '{ profiles(first: 100) { edges { node { id } } } }';
const PLAN = 'TRIAL';
/** Requests whose processor time is taken: Linux counts in hundredths of a second. */
const COUNTED = 1000;
const LOWEST_PRIORITY = 19;

await runBench(12, async (runs) => {
  const service = await startTestService();
  const flooder = fork(new URL('./support/flooder.ts', import.meta.url));
  try {
    if (flooder.pid !== undefined) setPriority(flooder.pid, LOWEST_PRIORITY);
    return await measureFlood(service, runs, async (flood) => {
      flooder.send(flood);
      const [flooded] = (await once(flooder, 'message')) as [Flooded];
      return flooded;
    });
  } finally {
    flooder.kill();
    await service.dispose();
  }
});

async function measureFlood(
  service: TestService,
  runs: number,
  flood: (flood: Flood) => Promise<Flooded>,
): Promise<Measured> {
  const flooding = await createRequests(service, PLAN, FLOOD_QUERY);
  const other = await createRequests(service, 'STANDARD', CALM_QUERY);
  const { perSecond: limit } = findPlan(PLAN).credentialRate;
  const perSecond = (TIMES_ITS_LIMIT * limit) / (await readCost(flooding));
  const goOn = () => sendAtRate(other, CALM_PER_SECOND, TURN_MS);
  const floodOnce = () => flood({ requests: flooding, perSecond, forMs: TURN_MS });
  // Until the flooder's burst is used up, and the service is warm.
  await Promise.all([goOn(), floodOnce()]);
  await Promise.all([goOn(), floodOnce()]);

  const [calm, flooded, floods]: [Sent[], Sent[], Flooded[]] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    calm.push(...(await goOn()));
    const [answers, refusals] = await Promise.all([goOn(), floodOnce()]);
    flooded.push(...answers);
    floods.push(refusals);
  }
  const refused = sum(floods.map((turn) => turn.refused));
  const served = sum(floods.map((turn) => turn.served));
  const [before, during] = [findQuantile(calm, 0.95), findQuantile(flooded, 0.95)];
  const servedMs = await measureProcessor(service, other);
  const refusedMs = await measureProcessor(service, flooding);
  return {
    figures: {
      'limit.flood.change_percent': 20,
      'flood.times_its_limit': TIMES_ITS_LIMIT,
      'flood.requests_per_second': perSecond,
      'flood.refused_percent': (100 * refused) / (refused + served),
      'flood.other_refused': [...calm, ...flooded].filter(({ status }) => status !== 200).length,
      'flood.other_p50_calm_ms': findQuantile(calm, 0.5),
      'flood.other_p50_flooded_ms': findQuantile(flooded, 0.5),
      'flood.other_p95_calm_ms': before,
      'flood.other_p95_flooded_ms': during,
      'flood.other_p95_change_percent': 100 * (during / before - 1),
      'flood.processor_per_served_ms': servedMs,
      'flood.processor_per_refused_ms': refusedMs,
      'flood.core_percent': perSecond * refusedMs * 0.1,
      'flood.core_percent_in_cheapest_requests': TIMES_ITS_LIMIT * limit * refusedMs * 0.1,
    },
  };
}

async function createRequests(
  { operator, url }: TestService,
  plan: string,
  query: string,
): Promise<Requests> {
  const { createTenant: made } = await operator.request<{ createTenant: { apiKey: string } }>(
    'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { apiKey } }',
    { input: { name: 'Bench', plan } },
  );
  return { url, apiKey: made.apiKey, query };
}

/** What one request takes from the bucket. */
async function readCost({ url, apiKey, query }: Requests): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query }),
  });
  const { extensions } = (await response.json()) as { extensions: { cost: { requested: number } } };
  return extensions.cost.requested;
}

/** Processor time that the service takes for one request, in ms, when they come one after the other. */
async function measureProcessor({ dataDir }: TestService, requests: Requests): Promise<number> {
  const { pid } = JSON.parse(readFileSync(join(dataDir, 'lock.json'), 'utf8')) as { pid: number };
  const readMs = () => {
    const { mainMs, othersMs } = readProcessUsage(pid);
    return mainMs + othersMs;
  };
  const before = readMs();
  for (let index = 0; index < COUNTED; index += 1) await sendOnce(requests);
  return (readMs() - before) / COUNTED;
}

function findQuantile(sent: readonly Sent[], share: number): number {
  const sorted = sent.map(({ ms }) => ms).toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
