import { randomUUID } from 'node:crypto';
import type { ScheduleResource } from '@loupe/core/resources';
import type { ScheduledEvent } from 'aws-lambda';
import type { Clock } from '../clock.ts';

const FIRST_RUN_MS = 1000;

export interface ScheduleOptions {
  readonly schedule: ScheduleResource;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  /** Runs the function; throws when it failed. */
  readonly invoke: (event: ScheduledEvent<Record<string, never>>) => Promise<unknown>;
  readonly log: (line: string) => void;
}

export interface Schedule {
  stop(): void;
}

/**
 * Runs a function about a second after the start and then every `everySeconds`. A run that is still going when
 * the next is due is not overlapped: the due one is left out.
 */
export function startSchedule(options: ScheduleOptions): Schedule {
  const { schedule } = options;
  const everyMs = schedule.everySeconds * 1000;
  let running = false;
  let stopped = false;

  async function fire(): Promise<void> {
    if (running) return;
    running = true;
    try {
      await options.invoke(describeEvent(options));
    } catch (error) {
      // The stop itself cuts runs off.
      if (stopped) return;
      const reason = error instanceof Error ? error.message : String(error);
      options.log(`schedule ${schedule.name}: the function failed: ${reason}`);
    } finally {
      running = false;
    }
  }

  let interval: NodeJS.Timeout | undefined;
  const first = setTimeout(
    () => {
      interval = setInterval(() => void fire(), everyMs);
      void fire();
    },
    Math.min(FIRST_RUN_MS, everyMs),
  );
  return {
    stop: () => {
      stopped = true;
      clearTimeout(first);
      clearInterval(interval);
    },
  };
}

/** The event of an EventBridge rule with a rate; `time` has whole seconds, as on AWS. */
function describeEvent({
  schedule,
  region,
  accountId,
  clock,
}: ScheduleOptions): ScheduledEvent<Record<string, never>> {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: accountId,
    time: new Date(clock()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [`arn:aws:events:${region}:${accountId}:rule/${schedule.name}`],
    detail: {},
  };
}
