import type { DecodingCosts, Timeline } from '../frame-source.ts';
import type { Plan, ViewPlan } from '../plan.ts';

/**
 * Leaves the views as they are when at most `budget` frames have to be decoded for them. Otherwise every frame becomes
 * the cheapest one to decode within half a step of the view's frames around it, and a note says so. What is decoded
 * depends on the file alone, so the same file gives the same views.
 */
export function snapToKeyFrames(timeline: Timeline, views: readonly ViewPlan[], budget: number): Plan {
  const { costs, startsMs } = timeline;
  if (
    costs === undefined ||
    countDecoded(
      costs,
      views.flatMap(({ indexes }) => indexes),
    ) <= budget
  ) {
    return { views, notes: [] };
  }
  let farthestMs = 0;
  const snapped = views.map(({ span, indexes }) => {
    const reachMs = (span[1] - span[0]) / indexes.length / 2;
    const moved = indexes.map((index) => {
      const cheapest = findCheapest(timeline, costs, index, reachMs);
      farthestMs = Math.max(farthestMs, Math.abs((startsMs[cheapest] ?? 0) - (startsMs[index] ?? 0)));
      return cheapest;
    });
    return { span, indexes: [...new Set(moved)].sort((a, b) => a - b) };
  });
  const note = `The video is long: key frames are shown, at most ${(farthestMs / 1000).toFixed(1)} s from evenly spaced times. Each states its own time.`;
  return { views: snapped, notes: [note] };
}

/** Frames that are decoded in one pass through each group of pictures. */
function countDecoded({ position, entry }: DecodingCosts, indexes: readonly number[]): number {
  const ends = new Map<number, number>();
  for (const index of indexes) {
    const start = entry[index] ?? 0;
    ends.set(start, Math.max(ends.get(start) ?? 0, (position[index] ?? 0) + 1));
  }
  return [...ends].reduce((sum, [start, end]) => sum + end - start, 0);
}

function findCheapest(
  { startsMs }: Timeline,
  { position, entry }: DecodingCosts,
  wanted: number,
  reachMs: number,
): number {
  const time = startsMs[wanted] ?? 0;
  const cost = (index: number) => (position[index] ?? 0) - (entry[index] ?? 0);
  let best = wanted;
  // Outwards, so that of equally cheap frames the nearest is taken.
  for (let step = 1, isNear = true; isNear; step++) {
    isNear = false;
    for (const index of [wanted - step, wanted + step]) {
      const start = startsMs[index];
      if (start === undefined || Math.abs(start - time) > reachMs) continue;
      isNear = true;
      if (cost(index) < cost(best)) best = index;
    }
  }
  return best;
}
