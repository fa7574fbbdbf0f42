import type { Timeline } from './timeline.ts';

/** Samples of one quantity, a row each; NaN where there is none. */
export type Values = Float64Array | Float32Array;

export interface Channel {
  readonly name: string;
  readonly unit?: string;
  readonly values: Values;
}

/** Channels measured at common instants, as a reader gives them. */
export interface Series {
  /** What the file calls itself. */
  readonly title?: string;
  readonly timeline: Timeline;
  readonly channels: readonly Channel[];
  /** A sentence for each thing left out, dropped or supposed while reading. */
  readonly notes: readonly string[];
}
