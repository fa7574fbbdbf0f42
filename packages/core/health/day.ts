const BINS = Array.from({ length: 10 }, (_, bin) => `score${bin}` as const);

const COUNTERS = [
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
] as const;

export type HealthCounter = (typeof COUNTERS)[number] | `score${number}`;

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
}

/** Adds up the rows of a day. */
export function sumDay(
  startsAt: number,
  rows: readonly (Partial<Record<HealthCounter, number>> | undefined)[],
): HealthDay {
  const sum = (counter: HealthCounter) => rows.reduce((total, row) => total + (row?.[counter] ?? 0), 0);
  const done = sum('done');
  return {
    startsAt,
    done,
    failed: sum('failed'),
    normal: sum('NORMAL'),
    anomalous: sum('ANOMALOUS'),
    uncertain: sum('UNCERTAIN'),
    refused: sum('REFUSED'),
    unparseable: sum('UNPARSEABLE'),
    reviewed: sum('reviewed'),
    overturned: sum('overturned'),
    scoreHistogram: BINS.map(sum),
    meanJudgeMs: done === 0 ? undefined : sum('judgeMs') / done,
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    costMicroUsd: sum('costMicroUsd'),
  };
}
