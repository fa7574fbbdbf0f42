import type { TenantScope, Write } from '../platform/index.ts';
import { renderMonth } from './counters.ts';
import { count } from './quota.ts';

/** What was used in an hour or a day. */
export interface Consumption {
  readonly inspections: number;
  readonly failed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
}

/** An inspection that ended, as far as it is billed. Times are epoch ms. */
interface Billable {
  readonly state: string;
  readonly createdAt: number;
  readonly finishedAt?: number | undefined;
  readonly usage?:
    | {
        readonly inputTokens?: number | undefined;
        readonly outputTokens?: number | undefined;
        readonly costMicroUsd?: number | undefined;
      }
    | undefined;
}

const OWNER = 'usage';
const HOUR = 'hour#';
const NOTHING: Consumption = { inspections: 0, failed: 0, inputTokens: 0, outputTokens: 0, costMicroUsd: 0 };

/**
 * Bills an ended inspection: belongs in the transaction that ends it, and so counts exactly once. One that failed gives
 * its reservation back; what its model used is billed all the same.
 */
export function meterInspection(scope: TenantScope, inspection: Billable): readonly Write[] {
  const endedAt = inspection.finishedAt ?? scope.clock();
  const { inputTokens = 0, outputTokens = 0, costMicroUsd = 0 } = inspection.usage ?? {};
  const isDone = inspection.state === 'DONE';
  const amounts = {
    inspections: isDone ? 1 : 0,
    failed: isDone ? 0 : 1,
    inputTokens,
    outputTokens,
    costMicroUsd,
  };
  const used = { TOKENS: inputTokens + outputTokens, SPEND_MICRO_USD: costMicroUsd };
  const isSameMonth = renderMonth(endedAt) === renderMonth(inspection.createdAt);
  const quota = isDone
    ? count(scope, used, endedAt)
    : isSameMonth
      ? count(scope, { ...used, INSPECTIONS: -1 }, endedAt)
      : [...count(scope, used, endedAt), ...count(scope, { INSPECTIONS: -1 }, inspection.createdAt)];
  const hour = `${HOUR}${new Date(endedAt).toISOString().slice(8, 13)}`;
  return [scope.table.add(OWNER, renderMonth(endedAt), hour, amounts), ...quota];
}

/** Bills what a model used for anything but an inspection; belongs in the transaction that ends it. */
export function meterModel(scope: TenantScope, usage: Billable['usage'], endedAt: number): readonly Write[] {
  const { inputTokens = 0, outputTokens = 0, costMicroUsd = 0 } = usage ?? {};
  const hour = `${HOUR}${new Date(endedAt).toISOString().slice(8, 13)}`;
  return [
    scope.table.add(OWNER, renderMonth(endedAt), hour, { inputTokens, outputTokens, costMicroUsd }),
    ...count(scope, { TOKENS: inputTokens + outputTokens, SPEND_MICRO_USD: costMicroUsd }, endedAt),
  ];
}

export interface HourOfUse extends Consumption {
  /** Start of the hour, epoch ms. */
  readonly startsAt: number;
}

/** The hours of a month (`2026-11`) in which something was used, oldest first. */
export async function readHours(scope: TenantScope, month: string): Promise<HourOfUse[]> {
  const rows = await scope.table.listAttachedWithKeys<Partial<Consumption>>(OWNER, month, HOUR);
  return rows.map(({ sk, body }) => ({
    ...NOTHING,
    ...body,
    // `hour#22T04`
    startsAt: Date.parse(`${month}-${sk.slice(HOUR.length)}:00:00.000Z`),
  }));
}

/** Hours summed up by day (UTC). */
export function sumDays(hours: readonly HourOfUse[]): HourOfUse[] {
  const days = new Map<number, HourOfUse>();
  for (const hour of hours) {
    const startsAt = hour.startsAt - (hour.startsAt % 86_400_000);
    const day = days.get(startsAt) ?? { ...NOTHING, startsAt };
    days.set(startsAt, {
      startsAt,
      inspections: day.inspections + hour.inspections,
      failed: day.failed + hour.failed,
      inputTokens: day.inputTokens + hour.inputTokens,
      outputTokens: day.outputTokens + hour.outputTokens,
      costMicroUsd: day.costMicroUsd + hour.costMicroUsd,
    });
  }
  return [...days.values()];
}
