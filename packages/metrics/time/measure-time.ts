import type { ItemTime } from '../localisation/measure-item.ts';
import { computeNabScore } from './nab.ts';

/** A stretch of time, in whatever unit. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** NAB counts points: the whole is divided into so many. */
const POINTS = 10_000;

/**
 * Compares found stretches of time with the true ones. For NAB's score, standard profile and no probation, a found stretch
 * is one detection: at its first moment within a window, or else at its beginning.
 *
 * @param whole first and last instant of the series or video
 */
export function measureTime(whole: Span, truth: readonly Span[], found: readonly Span[]): ItemTime {
  const scale = POINTS / Math.max(Number.MIN_VALUE, whole.to - whole.from);
  const place = (at: number) => Math.min(POINTS - 1, Math.max(0, Math.floor((at - whole.from) * scale)));
  const windows = truth
    .map(({ from, to }) => ({ from: place(from), to: place(to) }))
    .sort((a, b) => a.from - b.from);
  const detections = found.map((stretch) => {
    const [from, to] = [place(stretch.from), place(stretch.to)];
    const met = windows.find((window) => window.from <= to && window.to >= from);
    return met ? Math.max(from, met.from) : from;
  });
  const { raw, windowsFound, falseAlarms } = computeNabScore(POINTS, detections, windows, {
    probation: false,
  });
  const iou = computeSpanIou(truth, found);
  return { raw, windows: windows.length, windowsFound, falseAlarms, ...(iou !== null && { iou }) };
}

/** Intersection over union of two sets of stretches; null without a true one. */
export function computeSpanIou(truth: readonly Span[], found: readonly Span[]): number | null {
  if (truth.length === 0) return null;
  const edges = [...truth, ...found].flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b);
  let [both, either] = [0, 0];
  for (const [i, from] of edges.entries()) {
    const to = edges[i + 1] ?? from;
    const covers = (one: Span) => one.from <= from && one.to >= to;
    const [isTrue, isFound] = [truth.some(covers), found.some(covers)];
    if (isTrue && isFound) both += to - from;
    if (isTrue || isFound) either += to - from;
  }
  return either === 0 ? 0 : both / either;
}
