import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import { finishSeries, type RawSeries } from '../finish-series.ts';
import { assertWithinLimits, rejectNothing } from '../reject.ts';
import type { Channel, Series, Values } from '../series.ts';
import { recogniseNumericTime } from '../time/numeric-time.ts';
import { sampleEvery } from '../timeline.ts';
import { nameChannel } from './name-channel.ts';
import { type NpyArray, readNpyArray, splitColumns } from './read-npy.ts';
import { listEntries, unpack } from './unzip.ts';

interface NamedArray {
  readonly name: string;
  readonly array: NpyArray;
}

const RATE_NAME = /^(?:fs|sr|rate|sampling_?rate|sample_?rate|sampling_?frequency|freq(?:uency)?)(?:_?hz)?$/i;
const STEP_NAME = /^(?:dt|step|delta_?t|sampling_?period|interval)(?:_?s)?$/i;

/**
 * Named NumPy arrays in a ZIP: those of the longest length become channels, one named as time their instants, a single
 * number named `fs` or `dt` their rate.
 * @throws RejectedError CORRUPT_SERIES, UNSUPPORTED_VARIANT, NO_VALUES, TOO_LARGE_UNPACKED, TOO_MANY_CHANNELS, TOO_MANY_POINTS
 */
export function readNpz(bytes: Uint8Array, limits: Limits): Series {
  const notes: string[] = [];
  const arrays = listEntries(bytes, limits)
    .filter(({ name }) => name.endsWith('.npy'))
    .flatMap((entry): NamedArray[] => {
      const name = entry.name.slice(0, -'.npy'.length);
      try {
        return [{ name, array: readNpyArray(unpack(entry), limits) }];
      } catch (error) {
        // Words and objects beside the numbers are no reason to refuse these.
        if (!(error instanceof RejectedError && error.code === 'UNSUPPORTED_VARIANT')) throw error;
        notes.push(`The array ${JSON.stringify(name.slice(0, 40))} is no list of numbers and was left out.`);
        return [];
      }
    });
  const rows = arrays.reduce((most, { array }) => Math.max(most, countRows(array)), 0);
  if (rows === 0) throw rejectNothing('The archive holds no array of numbers.');
  const long = arrays.filter(({ array }) => countRows(array) === rows);
  for (const { name, array } of arrays) {
    if (countRows(array) > 1 && countRows(array) < rows) {
      notes.push(`The array ${JSON.stringify(name.slice(0, 40))} is shorter than others and was left out.`);
    }
  }
  const channels = long.flatMap(({ name, array }) => nameColumns(name, splitColumns(array, limits), array));
  const found = findInstants(channels, long);
  const others = channels.filter((channel) => channel !== found?.channel);
  assertWithinLimits(rows, others.length, limits);
  if (found !== undefined) return finishSeries({ ...found.time, channels: others, notes });
  const step = findStep(arrays, limits);
  const timeline = step === undefined ? {} : { timeline: sampleEvery(step, rows) };
  return finishSeries({ axis: step === undefined ? 'ROW' : 'SECONDS', ...timeline, channels, notes });
}

/** The longer side of a matrix; 1 for a single number. */
function countRows({ shape }: NpyArray): number {
  return (
    shape.reduce((most, side) => Math.max(most, side), shape.includes(0) ? 0 : 1) *
    (shape.includes(0) ? 0 : 1)
  );
}

function nameColumns(
  name: string,
  columns: readonly Values[],
  { element }: NpyArray,
): (Channel & { readonly dated: boolean })[] {
  const dated = element.kind === 'M';
  return columns.map((values, i) => ({
    ...nameChannel(columns.length === 1 ? name : `${name}[${i}]`, i),
    values,
    dated,
  }));
}

type Instants = Pick<RawSeries, 'axis' | 'instants' | 'zoned'>;

/** Dates, or the first of several arrays that is named as time and rises. */
function findInstants(
  channels: readonly (Channel & { readonly dated: boolean })[],
  arrays: readonly NamedArray[],
): { readonly channel: Channel; readonly time: Instants } | undefined {
  if (arrays.length < 2) return undefined;
  for (const channel of channels) {
    const { values, name, unit = '', dated } = channel;
    if (dated)
      return { channel, time: { axis: 'TIMESTAMP', instants: Float64Array.from(values), zoned: true } };
    const sample = Array.from(values.subarray(0, 200));
    const found = recogniseNumericTime(`${name} ${unit}`.trim(), sample, { first: false, unnamed: false });
    if (found === undefined) continue;
    const instants = Float64Array.from(values, (value) => value * found.scale + found.offset);
    return { channel, time: { axis: found.axis, instants, zoned: found.axis === 'TIMESTAMP' } };
  }
  return undefined;
}

function findStep(arrays: readonly NamedArray[], limits: Limits): number | undefined {
  for (const { name, array } of arrays) {
    if (countRows(array) !== 1) continue;
    const value = splitColumns({ ...array, shape: [1] }, limits)[0]?.[0] ?? Number.NaN;
    if (!(value > 0) || !Number.isFinite(value)) continue;
    if (RATE_NAME.test(name)) return 1 / value;
    if (STEP_NAME.test(name)) return value;
  }
  return undefined;
}
