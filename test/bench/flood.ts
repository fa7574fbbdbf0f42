/**
 * One tenant asks for fifty times what its plan allows; another one goes on as before. Reports the other's latency with and
 * without the flood, over the local API with its real token buckets.
 *
 *     node test/bench/flood.ts [--json FILE] [--runs N]
 *
 * Calm and flood take turns, N of each, so that what else the machine does falls on both. Requests are sent at their times, whether the
 * earlier ones were answered or not. A plan counts objects, not requests: the flood is of pages of a hundred.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { findPlan } from '@loupe/core/usage';
import { type Client, createClient } from '@loupe/sdk';
import { startTestService, type TestService } from '../support/service.ts';
import { type Measured, runBench } from './support/run-bench.ts';

const TIMES_ITS_LIMIT = 50;
const PHASE_MS = 4000;
/** Requests of the other tenant, a second. */
const CALM_PER_SECOND = 15;
const CALM_QUERY = '{ viewer { tenant { id } } }';
const FLOOD_QUERY = '{ profiles(first: 100) { edges { node { id } } } }';
const PLAN = 'TRIAL';

await runBench(8, async (runs) => {
  const service = await startTestService();
  try {
    return await measureFlood(service, runs);
  } finally {
    await service.dispose();
  }
});

async function measureFlood(service: TestService, runs: number): Promise<Measured> {
  const [flooder, other] = [await createTenant(service), await createTenant(service)];
  const cost = await readCost(service.url, flooder.apiKey);
  const floodPerSecond = (TIMES_ITS_LIMIT * findPlan(PLAN).credentialRate.perSecond) / cost;
  // Until the flooder's burst is used up, and the service is warm.
  await Promise.all([
    sendAtRate(flooder.client, FLOOD_QUERY, floodPerSecond, PHASE_MS),
    sendAtRate(other.client, CALM_QUERY, CALM_PER_SECOND, PHASE_MS),
  ]);
  const [calm, flooded, flood]: [Sent[], Sent[], Sent[]] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    calm.push(...(await sendAtRate(other.client, CALM_QUERY, CALM_PER_SECOND, PHASE_MS)));
    const [answers, refusals] = await Promise.all([
      sendAtRate(other.client, CALM_QUERY, CALM_PER_SECOND, PHASE_MS),
      sendAtRate(flooder.client, FLOOD_QUERY, floodPerSecond, PHASE_MS),
    ]);
    flooded.push(...answers);
    flood.push(...refusals);
  }
  const [before, during] = [findQuantile(calm, 0.95), findQuantile(flooded, 0.95)];
  return {
    figures: {
      'limit.flood.change_percent': 20,
      'flood.times_its_limit': TIMES_ITS_LIMIT,
      'flood.requests_per_second': floodPerSecond,
      'flood.refused_percent': (100 * flood.filter(({ isServed }) => !isServed).length) / flood.length,
      'flood.other_refused': [...calm, ...flooded].filter(({ isServed }) => !isServed).length,
      'flood.other_p50_calm_ms': findQuantile(calm, 0.5),
      'flood.other_p50_flooded_ms': findQuantile(flooded, 0.5),
      'flood.other_p95_calm_ms': before,
      'flood.other_p95_flooded_ms': during,
      'flood.other_p95_change_percent': 100 * (during / before - 1),
    },
  };
}

async function createTenant({ operator, url }: TestService): Promise<{ apiKey: string; client: Client }> {
  const { createTenant: made } = await operator.request<{ createTenant: { apiKey: string } }>(
    'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { apiKey } }',
    { input: { name: 'Bench', plan: PLAN } },
  );
  return { apiKey: made.apiKey, client: createClient({ url, apiKey: made.apiKey }) };
}

/** What one request of the flood takes from the bucket. */
async function readCost(url: string, apiKey: string): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query: FLOOD_QUERY }),
  });
  const { extensions } = (await response.json()) as { extensions: { cost: { requested: number } } };
  return extensions.cost.requested;
}

interface Sent {
  readonly ms: number;
  readonly isServed: boolean;
}

async function sendAtRate(client: Client, query: string, perSecond: number, forMs: number): Promise<Sent[]> {
  const began = performance.now();
  const count = Math.round((perSecond * forMs) / 1000);
  return Promise.all(
    Array.from({ length: count }, async (_, position) => {
      await sleep(Math.max(0, began + (position * 1000) / perSecond - performance.now()));
      const sentAt = performance.now();
      const isServed = await client.request(query).then(
        () => true,
        () => false,
      );
      return { ms: performance.now() - sentAt, isServed };
    }),
  );
}

function findQuantile(sent: readonly Sent[], share: number): number {
  const sorted = sent.map(({ ms }) => ms).toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
