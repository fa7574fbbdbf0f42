import { instantAt, type Timeline } from './timeline.ts';

/** `2014-04-01 00:00 to 2014-04-14 23:55`, `0 to 12.5 s`, `rows 0 to 4031`. */
export function describeSpan({ axis }: Timeline, [first, last]: readonly [number, number]): string {
  if (axis === 'SECONDS') return `${round(first)} to ${round(last)} s`;
  if (axis === 'ROW') return `rows ${Math.ceil(first)} to ${Math.floor(last)}`;
  const [from, to] = [writeInstant(first), writeInstant(last)];
  const day = from.slice(0, from.indexOf(' '));
  return to.startsWith(`${day} `) ? `${from} to ${to.slice(day.length + 1)}` : `${from} to ${to}`;
}

/** `4,032 rows, every 5 min` or `4,032 rows, 290 s apart on average`. */
export function describeRows(timeline: Timeline): string {
  const { rows, axis, instants, step } = timeline;
  const count = `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
  if (axis === 'ROW' || rows < 2) return count;
  const unit = axis === 'TIMESTAMP' ? 1000 : 1;
  if (instants === undefined) return `${count}, every ${writeDuration(step / unit)}`;
  const middle = instantAt(timeline, rows >> 1) - instantAt(timeline, (rows >> 1) - 1);
  return `${count}, about every ${writeDuration((middle > 0 ? middle : step) / unit)}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['µs', 1e-6],
];

function writeDuration(seconds: number): string {
  const [unit, size] = UNITS.find(([, candidate]) => seconds >= candidate * 0.9999) ?? ['ns', 1e-9];
  return `${round(seconds / size)} ${unit}`;
}

/** To the second, or to the minute when both ends allow it. */
function writeInstant(ms: number): string {
  return new Date(Math.round(ms))
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '')
    .replace(/:00$/, '');
}

function round(value: number): string {
  return `${Number(value.toPrecision(6))}`;
}
