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
  /** Uses of models whose cost is not known in full, and which `costMicroUsd` is without. */
  readonly costUnknownCount: number;
}

/** What models used, as far as it is known. */
interface Use {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly costMicroUsd?: number | undefined;
}

/** An inspection that ended, as far as it is billed. Times are epoch ms. */
interface Billable {
  readonly state: string;
  readonly createdAt: number;
  readonly finishedAt?: number | undefined;
  readonly usage?: Use | undefined;
}

const OWNER = 'usage';
const HOUR = 'hour#';
const NOTHING: Consumption = {
  inspections: 0,
  failed: 0,
  inputTokens: 0,
  outputTokens: 0,
  costMicroUsd: 0,
  costUnknownCount: 0,
};

/**
 * Bills an ended inspection: belongs in the transaction that ends it, and so counts exactly once. One that failed gives
 * its reservation back; what its model used is billed all the same. The quota of spending is counted by `settleSpend`.
 */
export function meterInspection(scope: TenantScope, inspection: Billable): readonly Write[] {
  const endedAt = inspection.finishedAt ?? scope.clock();
  const isDone = inspection.state === 'DONE';
  const amounts = {
    inspections: isDone ? 1 : 0,
    failed: isDone ? 0 : 1,
    ...billUse(inspection.usage),
  };
  const used = countTokens(inspection.usage);
  const isSameMonth = renderMonth(endedAt) === renderMonth(inspection.createdAt);
  const quota = isDone
    ? count(scope, used, endedAt)
    : isSameMonth
      ? count(scope, { ...used, INSPECTIONS: -1 }, endedAt)
      : [...count(scope, used, endedAt), ...count(scope, { INSPECTIONS: -1 }, inspection.createdAt)];
  return [scope.table.add(OWNER, renderMonth(endedAt), nameHour(endedAt), amounts), ...quota];
}

/**
 * Bills what a question or a draft used; belongs in the transaction that ends it. The quota of spending is counted by
 * `settleSpend`.
 */
export function meterConsultation(
  scope: TenantScope,
  usage: Use | undefined,
  endedAt: number,
): readonly Write[] {
  return [
    scope.table.add(OWNER, renderMonth(endedAt), nameHour(endedAt), billUse(usage)),
    ...count(scope, countTokens(usage), endedAt),
  ];
}

/** What the items of an evaluation used together. */
export interface ItemsUse {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
  /** Items whose cost is not known. */
  readonly costUnknownCount: number;
}

/** Bills what items of an evaluation used, its quota of spending too; belongs in the transaction that ends them. */
export function meterItems(scope: TenantScope, use: ItemsUse, endedAt: number): readonly Write[] {
  const { inputTokens, outputTokens, costMicroUsd, costUnknownCount } = use;
  return [
    scope.table.add(OWNER, renderMonth(endedAt), nameHour(endedAt), {
      inputTokens,
      outputTokens,
      costMicroUsd,
      costUnknownCount,
    }),
    ...count(scope, { ...countTokens(use), SPEND_MICRO_USD: costMicroUsd }, endedAt),
  ];
}

function billUse(usage: Use | undefined) {
  const { inputTokens = 0, outputTokens = 0, costMicroUsd = 0 } = usage ?? {};
  return { inputTokens, outputTokens, costMicroUsd, costUnknownCount: lacksCost(usage) ? 1 : 0 };
}

/** Whether models were used and what that costs is not known, or not in full. */
export function lacksCost(usage: Use | undefined): boolean {
  return usage !== undefined && usage.costMicroUsd === undefined;
}

function countTokens(usage: Use | undefined) {
  return { TOKENS: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0) };
}

/** `hour#22T04` */
function nameHour(at: number): string {
  return `${HOUR}${new Date(at).toISOString().slice(8, 13)}`;
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
      costUnknownCount: day.costUnknownCount + hour.costUnknownCount,
    });
  }
  return [...days.values()];
}
