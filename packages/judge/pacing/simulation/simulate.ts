import { createPacer } from '../pacer.ts';
import { planReturn } from '../plan-return.ts';
import { createProvider, type ProviderKind } from './provider.ts';
import { createQueue, type Message } from './queue.ts';
import { createTable } from './table.ts';
import { createRandom, createVirtualTime } from './virtual-time.ts';

export interface Scenario {
  readonly provider: ProviderKind;
  readonly workers: number;
  /** The provider's limit in calls per minute. */
  readonly perMinute: number;
  /** What the limit becomes at the end of the warm-up; without it stays. */
  readonly becomes?: number;
  /** Calls that each tenant wants, as parts of the limit. */
  readonly demands: Readonly<Record<string, number>>;
  /** Simulated time that is counted, after a warm-up. */
  readonly minutes: number;
  readonly warmUpMinutes: number;
  readonly seed: number;
}

export interface Figures {
  /** Answered calls, as a part of what the limit lets through. */
  readonly used: number;
  /** Calls answered 429, as a part of all calls. */
  readonly refused: number;
  /** Of the tenant that came off worst, as a part of its max-min fair share. */
  readonly worstShare: number;
  readonly calls: number;
  readonly writesPerCall: number;
  readonly readsPerCall: number;
  /** Messages received per call: 1 when none had to go back. */
  readonly receivesPerCall: number;
}

/** Round trips of a call, in ms. */
const NETWORK_MS = { least: 5, most: 60 };
const ANSWER_MS = { least: 600, most: 2400 };
const POLL_MS = 20;
const TOKENS_PER_CALL = 1500;

/** Lets workers serve the tenants' queue through real pacing, a simulated table and a simulated provider. */
export async function simulate(scenario: Scenario): Promise<Figures> {
  const time = createVirtualTime(1_000_000);
  const random = createRandom(scenario.seed);
  const draw = ({ least, most }: { least: number; most: number }) => least + (most - least) * random();
  const store = createTable(time, random);
  const queue = createQueue();
  let call = createProvider(scenario.provider, scenario.perMinute);
  const counts = {
    calls: 0,
    refused: 0,
    receives: 0,
    answered: new Map<string, number>(),
    arrived: new Map<string, number>(),
  };
  const start = time.now() + scenario.warmUpMinutes * 60_000;
  const end = start + scenario.minutes * 60_000;

  async function arrive(tenantId: string, perMinute: number): Promise<void> {
    while (time.now() < end) {
      await time.sleep((-Math.log(1 - random()) * 60_000) / perMinute);
      queue.add({ tenantId, tries: 0, visibleAt: time.now() });
      if (time.now() >= start) counts.arrived.set(tenantId, (counts.arrived.get(tenantId) ?? 0) + 1);
    }
  }

  async function work(): Promise<void> {
    const pacer = createPacer(store, time.now);
    while (time.now() < end) {
      const message = queue.take(time.now());
      if (message === undefined) {
        await time.sleep(POLL_MS * (0.5 + random()));
        continue;
      }
      message.tries += 1;
      if (time.now() >= start) counts.receives += 1;
      await serve(pacer, message);
      queue.release(message);
    }
  }

  async function serve(pacer: ReturnType<typeof createPacer>, message: Message): Promise<void> {
    const { tenantId, slotAt } = message;
    const isKept = slotAt !== undefined && (await pacer.redeem('key', slotAt));
    const grant = isKept
      ? ({ kind: 'SLOT', at: slotAt } as const)
      : await pacer.reserve('key', { tenantId, calls: 1, tokens: TOKENS_PER_CALL });
    const plan = planReturn(grant, time.now(), message.tries, random());
    if (plan.kind === 'RETURN') {
      queue.add({
        tenantId,
        tries: message.tries,
        visibleAt: time.now() + plan.seconds * 1000,
        slotAt: plan.slotAt,
      });
      return;
    }
    await time.sleep(plan.ms);
    await time.sleep(draw(NETWORK_MS));
    const outcome = call(time.now(), TOKENS_PER_CALL);
    if (time.now() >= start && time.now() < end) count(tenantId, outcome.kind === 'REFUSED');
    await time.sleep(outcome.kind === 'REFUSED' ? draw(NETWORK_MS) : draw(ANSWER_MS));
    await pacer.report('key', outcome);
    if (outcome.kind !== 'REFUSED') return;
    const seconds = Math.ceil((outcome.retryAfterMs ?? 1000) / 1000);
    queue.add({ tenantId, tries: message.tries, visibleAt: time.now() + seconds * 1000 });
  }

  function count(tenantId: string, isRefused: boolean): void {
    counts.calls += 1;
    if (isRefused) counts.refused += 1;
    else counts.answered.set(tenantId, (counts.answered.get(tenantId) ?? 0) + 1);
  }

  for (const [tenantId, part] of Object.entries(scenario.demands))
    void arrive(tenantId, part * scenario.perMinute);
  for (let worker = 0; worker < scenario.workers; worker += 1) void work();
  await time.run(start);
  const perMinute = scenario.becomes ?? scenario.perMinute;
  if (perMinute !== scenario.perMinute) call = createProvider(scenario.provider, perMinute);
  store.counts.reads = 0;
  store.counts.writes = 0;
  await time.run(end);
  const capacity = perMinute * scenario.minutes;
  const answered = [...counts.answered.values()].reduce((sum, calls) => sum + calls, 0);
  // What came in, not what was meant to: of few calls chance is a good part.
  const wanted = [...counts.arrived].map(([tenant, calls]) => [tenant, calls / capacity] as const);
  const fair = divideFairly(Object.fromEntries(wanted));
  const shares = Object.entries(fair).map(
    ([tenant, part]) => (counts.answered.get(tenant) ?? 0) / (part * capacity),
  );
  return {
    used: answered / capacity,
    refused: counts.refused / counts.calls,
    worstShare: Math.min(...shares),
    calls: counts.calls,
    writesPerCall: store.counts.writes / counts.calls,
    readsPerCall: store.counts.reads / counts.calls,
    receivesPerCall: counts.receives / counts.calls,
  };
}

/** Max-min fair shares of 1: nobody gets more than it wants, and what is left is divided evenly among the others. */
export function divideFairly(demands: Readonly<Record<string, number>>): Record<string, number> {
  const ascending = Object.entries(demands).toSorted(([, a], [, b]) => a - b);
  let left = 1;
  return Object.fromEntries(
    ascending.map(([tenant, wanted], index) => {
      const part = Math.min(wanted, left / (ascending.length - index));
      left -= part;
      return [tenant, part];
    }),
  );
}
