/** Inspections by raw score, in bins of a tenth. */
export const BINS = [
  'score0',
  'score1',
  'score2',
  'score3',
  'score4',
  'score5',
  'score6',
  'score7',
  'score8',
  'score9',
] as const;

/** What is counted of a day. */
export const HEALTH_COUNTERS = [
  'done',
  'failed',
  'NORMAL',
  'ANOMALOUS',
  'UNCERTAIN',
  'REFUSED',
  'UNPARSEABLE',
  'reviewed',
  'overturned',
  'judgeMs',
  'inputTokens',
  'outputTokens',
  'costMicroUsd',
  'costUnknown',
  ...BINS,
] as const;

export type DayCounts = Record<(typeof HEALTH_COUNTERS)[number], number>;

/** How a profile did on one day (UTC). */
export interface HealthDay {
  /** Epoch ms. */
  readonly startsAt: number;
  readonly done: number;
  readonly failed: number;
  readonly normal: number;
  readonly anomalous: number;
  readonly uncertain: number;
  readonly refused: number;
  readonly unparseable: number;
  readonly reviewed: number;
  readonly overturned: number;
  /** Inspections by raw score, in bins of a tenth. */
  readonly scoreHistogram: readonly number[];
  /** Mean, in ms; undefined without a verdict. */
  readonly meanJudgeMs: number | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
  /** Inspections whose cost is not known in full, and which `costMicroUsd` is without. */
  readonly costUnknownCount: number;
}

/** Names what was counted of a day. */
export function describeDay(startsAt: number, counts: DayCounts): HealthDay {
  return {
    startsAt,
    done: counts.done,
    failed: counts.failed,
    normal: counts.NORMAL,
    anomalous: counts.ANOMALOUS,
    uncertain: counts.UNCERTAIN,
    refused: counts.REFUSED,
    unparseable: counts.UNPARSEABLE,
    reviewed: counts.reviewed,
    overturned: counts.overturned,
    scoreHistogram: BINS.map((bin) => counts[bin]),
    meanJudgeMs: counts.done === 0 ? undefined : counts.judgeMs / counts.done,
    inputTokens: counts.inputTokens,
    outputTokens: counts.outputTokens,
    costMicroUsd: counts.costMicroUsd,
    costUnknownCount: counts.costUnknown,
  };
}
