import type { Tick } from './ticks.ts';
import { pickStep } from './ticks.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30.4 * DAY;
const YEAR = 365.25 * DAY;

const EVEN_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14].map((n) => n * DAY),
];
const MONTH_STEPS = [1, 2, 3, 6];
/** 1970-01-01 was a Thursday; weeks are marked on Mondays. */
const FIRST_MONDAY = 4 * DAY;

/** Ticks at whole units of the calendar within [first, last] (epoch ms), at most `most` of them. */
export function placeTimeTicks(first: number, last: number, most: number): Tick[] {
  const range = last - first;
  const least = range / Math.max(1, most - 1);
  // Below a millisecond the calendar has no more names.
  if (least <= 0.5) return [];
  const even = EVEN_STEPS.find((step) => step >= least);
  if (even !== undefined) return placeEven(first, last, even);
  const months = MONTH_STEPS.find((step) => step * MONTH >= least);
  if (months !== undefined) return placeMonths(first, last, months);
  return placeMonths(first, last, 12 * Math.max(1, Math.round(pickStep(range / YEAR, most))));
}

function placeEven(first: number, last: number, step: number): Tick[] {
  const origin = step >= 7 * DAY ? FIRST_MONDAY : 0;
  const ticks: Tick[] = [];
  let day = '';
  for (let at = origin + Math.ceil((first - origin) / step) * step; at <= last; at += step) {
    const text = new Date(at).toISOString();
    const date = cutYear(text);
    if (step >= DAY) ticks.push({ at, label: date });
    else ticks.push({ at, label: cutTime(text, step), ...(date === day ? {} : { below: date }) });
    day = date;
  }
  return ticks;
}

function placeMonths(first: number, last: number, months: number): Tick[] {
  const start = new Date(first);
  const ticks: Tick[] = [];
  let month = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
  for (;;) {
    const date = new Date(0);
    date.setUTCFullYear(Math.floor(month / 12), month - Math.floor(month / 12) * 12, 1);
    const at = date.getTime();
    // Beyond the last instant that dates can name, `at` is NaN.
    if (!(at <= last)) return ticks;
    const text = cutYear(date.toISOString());
    if (at >= first) ticks.push({ at, label: months % 12 === 0 ? text.slice(0, -6) : text.slice(0, -3) });
    month += months;
  }
}

/** `2014-04-01` of an ISO text, or `+012014-04-01`. */
function cutYear(text: string): string {
  return text.slice(0, text.indexOf('T'));
}

function cutTime(text: string, step: number): string {
  const time = text.slice(text.indexOf('T') + 1, -1);
  if (step >= MINUTE) return time.slice(0, 5);
  return step >= SECOND ? time.slice(0, 8) : time;
}
