import type { Timeline } from '../frame-source.ts';

/** A stretch of time, ms, the end not included. */
export type Span = readonly [from: number, to: number];

/** The frames that are to be seen in the middles of `count` equal parts of a span, ascending, each once. */
export function chooseUniform(timeline: Timeline, [from, to]: Span, count: number): number[] {
  const middles = Array.from({ length: count }, (_, i) => from + ((i + 0.5) / count) * (to - from));
  return [...new Set(middles.map((time) => findFrameAt(timeline, time)))];
}

/** The frame that is to be seen at a time: the last one that has begun; the first one before all have. */
export function findFrameAt({ startsMs }: Timeline, timeMs: number): number {
  let low = 0;
  let high = startsMs.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((startsMs[middle] ?? 0) <= timeMs) low = middle;
    else high = middle;
  }
  return low;
}

/** Frames that begin within a span: from the first to before the second number. */
export function findFrames(timeline: Timeline, [from, to]: Span): readonly [first: number, end: number] {
  const { startsMs } = timeline;
  const before = findFrameAt(timeline, from);
  const first = (startsMs[before] ?? 0) < from ? before + 1 : before;
  const last = findFrameAt(timeline, to);
  return [first, (startsMs[last] ?? 0) < to ? last + 1 : last];
}
