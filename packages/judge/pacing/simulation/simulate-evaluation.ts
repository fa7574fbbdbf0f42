import { createLane } from '../lane.ts';
import { createPacer } from '../pacer.ts';
import { planReturn } from '../plan-return.ts';
import { createProvider, type ProviderKind } from './provider.ts';
import { createTable } from './table.ts';
import { createRandom, createVirtualTime } from './virtual-time.ts';

export interface EvaluationScenario {
  readonly provider: ProviderKind;
  /** The provider's limit in calls per minute. */
  readonly perMinute: number;
  /** How long a call takes. */
  readonly answerMs: number;
  readonly items: number;
  readonly chunkItems: number;
  readonly workers: number;
  /** Items that a worker asks about at once. */
  readonly concurrency: number;
  /** Tenants that evaluate so many items each at the same time; items are shared out evenly. */
  readonly tenants?: number;
  /** Calls of inspections on the same credential, as a part of the limit; 0 by default. */
  readonly interactive?: number;
  /** Whether the limit is known from earlier calls. */
  readonly isKnown: boolean;
  readonly seed: number;
}

export interface EvaluationFigures {
  /** From the first call to the last answer, in minutes. */
  readonly minutes: number;
  /** All calls that were answered in this time, as a part of what the limit lets through. */
  readonly used: number;
  readonly refused: number;
  readonly writesPerCall: number;
  /** Of the inspections beside it: calls answered, and the 95th percentile of their wait for a place, in ms. */
  readonly interactiveCalls: number;
  readonly interactiveWaitMs: number;
  /** When each tenant's last item was answered, in minutes. */
  readonly endsMinutes: readonly number[];
}

const DAY_MS = 86_400_000;

/** Judges items chunk by chunk through real pacing, a simulated table and a simulated provider, in virtual time. */
export async function simulateEvaluation(scenario: EvaluationScenario): Promise<EvaluationFigures> {
  const { perMinute, answerMs, tenants = 1, interactive = 0 } = scenario;
  const time = createVirtualTime(1_000_000);
  const random = createRandom(scenario.seed);
  const store = createTable(time, random);
  const call = createProvider(scenario.provider, perMinute);
  const counts = { answered: 0, refused: 0 };
  const waits: number[] = [];
  const signal = new AbortController().signal;
  const perTenant = scenario.items / tenants;
  const left = Array.from({ length: tenants }, () => perTenant);
  const ends = Array.from({ length: tenants }, () => 0);
  /** Chunks of all tenants take turns, as in fair queues. */
  const chunks = Array.from({ length: Math.ceil(perTenant / scenario.chunkItems) }, (_, chunk) =>
    left.map((_, tenant) => ({
      tenant,
      items: Math.min(scenario.chunkItems, perTenant - chunk * scenario.chunkItems),
    })),
  ).flat();
  if (scenario.isKnown) {
    void createPacer(store, time.now).report('key', { kind: 'ANSWERED', requests: perMinute });
    await time.run(time.now() + 1000);
  }
  const start = time.now();
  let isOver = false;

  async function ask(report: ReturnType<typeof createPacer>['report']): Promise<boolean> {
    const outcome = call(time.now(), 1500);
    await time.sleep(outcome.kind === 'REFUSED' ? 50 : answerMs);
    await report('key', outcome);
    counts[outcome.kind === 'REFUSED' ? 'refused' : 'answered'] += 1;
    return outcome.kind !== 'REFUSED';
  }

  async function work(): Promise<void> {
    const pacer = createPacer(store, time.now);
    const lanes = left.map((_, tenant) =>
      createLane(pacer, { key: 'key', tenantId: `${tenant}`, clock: time.now, sleep: time.sleep }),
    );
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
      const { tenant } = chunk;
      let open = chunk.items;
      const one = async () => {
        while (open > 0) {
          open -= 1;
          do await lanes[tenant]?.take(1500, time.now() + DAY_MS, signal);
          while (!(await ask(pacer.report)));
          left[tenant] = (left[tenant] ?? 0) - 1;
          if (left[tenant] === 0) ends[tenant] = time.now() - start;
        }
      };
      await Promise.all(Array.from({ length: scenario.concurrency }, one));
    }
  }

  /** Inspections come at random, each with a worker of its own, and wait as their messages would. */
  async function inspect(): Promise<void> {
    const pacer = createPacer(store, time.now);
    while (!isOver) {
      await time.sleep((-Math.log(1 - random()) * 60_000) / (interactive * perMinute));
      if (!isOver) void inspectOne(pacer, time.now());
    }
  }

  async function inspectOne(pacer: ReturnType<typeof createPacer>, since: number): Promise<void> {
    for (let tries = 1; !isOver; tries += 1) {
      const grant = await pacer.reserve('key', { tenantId: 'inspections', calls: 1, tokens: 1500 });
      if (grant.kind === 'SLOT') {
        await time.sleep(grant.at - time.now());
        waits.push(time.now() - since);
        await ask(pacer.report);
        return;
      }
      const plan = planReturn(grant, time.now(), tries, random());
      await time.sleep(plan.kind === 'WAIT' ? plan.ms : plan.seconds * 1000);
    }
  }

  const evaluating = Promise.all(Array.from({ length: scenario.workers }, work)).then(() => {
    isOver = true;
    return { ...counts, minutes: (time.now() - start) / 60_000, writes: store.counts.writes };
  });
  if (interactive > 0) void inspect();
  let ended: Awaited<typeof evaluating> | undefined;
  void evaluating.then((figures) => {
    ended = figures;
  });
  for (let minute = 1; ended === undefined && minute <= 24 * 60; minute += 1)
    await time.run(start + minute * 60_000);
  if (ended === undefined) throw new Error('The evaluation did not end within a day.');
  const sorted = waits.toSorted((a, b) => a - b);
  return {
    minutes: ended.minutes,
    used: ended.answered / (perMinute * ended.minutes),
    refused: ended.refused / (ended.answered + ended.refused),
    writesPerCall: ended.writes / ended.answered,
    interactiveCalls: waits.length,
    interactiveWaitMs: sorted[Math.floor(0.95 * sorted.length)] ?? 0,
    endsMinutes: ends.map((ms) => ms / 60_000),
  };
}
