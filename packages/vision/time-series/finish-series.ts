import { loadFindRange } from './draw/extremes-kernel.ts';
import { rejectNothing } from './reject.ts';
import type { Channel, Series, Values } from './series.ts';
import { countRows, measureTimeline, type Timeline } from './timeline.ts';

/** Larger numbers are no measurements; they and infinity would leave no scale for the others. */
const LARGEST = 1e300;
/** The span that dates can name, ms either side of 1970 (ECMAScript, time values). */
const LARGEST_INSTANT = 8.64e15;

/** What a reader found, before it is put in order. */
export interface RawSeries {
  readonly title?: string;
  readonly axis: Timeline['axis'];
  /** As read, NaN where there is none. Missing: rows are numbered. */
  readonly instants?: Float64Array;
  readonly zoned?: boolean;
  /** Instead of `instants`: known to be even. */
  readonly timeline?: Timeline;
  readonly channels: readonly Channel[];
  readonly notes: readonly string[];
}

/**
 * Puts rows in order of time, drops rows without an instant, numbers that are none and channels without values.
 * The arrays of channels may be changed in place.
 * @throws RejectedError NO_VALUES
 */
export function finishSeries(raw: RawSeries): Series {
  const notes = [...raw.notes];
  const rows = raw.channels[0]?.values.length ?? 0;
  let timeline = raw.timeline ?? countRows(rows);
  let channels = raw.channels;
  if (raw.instants !== undefined) {
    const order = orderRows(raw.instants, raw.axis, notes);
    if (order !== undefined) channels = channels.map((c) => ({ ...c, values: pick(c.values, order) }));
    const instants = order === undefined ? raw.instants : (pick(raw.instants, order) as Float64Array);
    timeline = measureTimeline(raw.axis, instants, raw.zoned);
  }
  const kept = channels.filter(({ values, name }) => {
    const { some, dropped } = dropAbsurd(values);
    if (dropped > 0) notes.push(`${dropped} infinite values of ${quote(name)} were left out.`);
    return some;
  });
  if (kept.length === 0) throw rejectNothing('The file holds no numbers.');
  if (kept.length < channels.length) {
    const empty = channels.filter((channel) => !kept.includes(channel)).slice(0, 5);
    notes.push(
      `Channels without a number were left out: ${empty.map(({ name }) => quote(name)).join(', ')}.`,
    );
  }
  return { ...(raw.title === undefined ? {} : { title: raw.title }), timeline, channels: kept, notes };
}

/** How far from 0 an instant may be. */
export function farthestOf(axis: Timeline['axis']): number {
  return axis === 'TIMESTAMP' ? LARGEST_INSTANT : LARGEST;
}

/** Whether there are instants, none of them NaN, before the one above it, or further than `farthest` from 0. */
export function isAscending(instants: Float64Array, farthest: number): boolean {
  let before = -farthest;
  for (let i = 0; i < instants.length; i++) {
    const instant = instants[i] as number;
    if (!(before <= instant)) return false;
    before = instant;
  }
  return instants.length > 0 && before <= farthest;
}

/** The rows to keep in order of time, or `undefined` when that is what they are. */
function orderRows(instants: Float64Array, axis: Timeline['axis'], notes: string[]): Uint32Array | undefined {
  const rows = instants.length;
  const farthest = farthestOf(axis);
  if (isAscending(instants, farthest)) return undefined;
  let missing = 0;
  let falls = 0;
  let rises = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows; i++) {
    const instant = instants[i] as number;
    if (!(Math.abs(instant) <= farthest)) {
      missing += 1;
      continue;
    }
    if (instant < before) falls += 1;
    else if (instant > before) rises += 1;
    before = instant;
  }
  if (missing === rows) throw rejectNothing('No row has a readable time.');
  const order = new Uint32Array(rows - missing);
  for (let i = 0, at = 0; i < rows; i++) {
    if (Math.abs(instants[i] as number) <= farthest) order[at++] = i;
  }
  if (missing > 0) notes.push(`${missing} rows without a readable time were left out.`);
  if (falls > 0 && rises <= 1) order.reverse();
  if (falls > 0) {
    notes.push('The rows were not in order of time and have been put in order.');
    order.sort((a, b) => (instants[a] as number) - (instants[b] as number) || a - b);
  }
  return order;
}

function pick(values: Values, order: Uint32Array): Values {
  const picked =
    values instanceof Float32Array ? new Float32Array(order.length) : new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) picked[i] = values[order[i] as number] as number;
  return picked;
}

/** Replaces absurd numbers by NaN. */
function dropAbsurd(values: Values): { readonly some: boolean; readonly dropped: number } {
  const [least, greatest] = loadFindRange()(values, 0, values.length);
  if (least >= -LARGEST && greatest <= LARGEST) return { some: least <= greatest, dropped: 0 };
  let dropped = 0;
  let some = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value >= -LARGEST && value <= LARGEST) some = true;
    else if (!Number.isNaN(value)) {
      values[i] = Number.NaN;
      dropped += 1;
    }
  }
  return { some, dropped };
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 40));
}
