import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Timeline } from '../frame-source.ts';
import { readVideo, withContainer } from '../testing/fixtures.ts';
import { chooseByMotion } from './choose-by-motion.ts';
import { chooseScenes, findCuts } from './choose-scenes.ts';
import { chooseUniform, findFrameAt, findFrames } from './choose-uniform.ts';
import { snapToKeyFrames } from './snap-to-key-frames.ts';

function makeTimeline(startsMs: readonly number[], endMs: number): Timeline {
  return { startsMs: Float64Array.from(startsMs), endMs };
}

const even = makeTimeline(
  Array.from({ length: 100 }, (_, i) => i * 40),
  4000,
);

describe('uniform frames', () => {
  it('are those in the middles of equal parts', () => {
    // Middles: 500, 1500, 2500, 3500 ms; at 40 ms a frame that is frame 12, 37, 62, 87.
    expect(chooseUniform(even, [0, 4000], 4)).toEqual([12, 37, 62, 87]);
  });

  it('are what is to be seen at that time, however long it has stood', () => {
    const slides = makeTimeline([0, 100, 3000], 4000);
    expect(chooseUniform(slides, [0, 4000], 4)).toEqual([1, 2]);
  });

  it('ascend, exist, and are all frames when more are asked for than there are', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 64 }), (list, count) => {
        const starts = list.map((_, i) => list.slice(0, i).reduce((sum, step) => sum + step, 0));
        const endMs = (starts.at(-1) ?? 0) + (list.at(-1) ?? 0);
        const chosen = chooseUniform(makeTimeline(starts, endMs), [0, endMs], count);
        expect(chosen.length).toBeLessThanOrEqual(Math.min(count, list.length));
        expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
        expect(chosen.every((index) => index >= 0 && index < list.length)).toBe(true);
      }),
    );
  });

  it('are found in a span that begins and ends between frames', () => {
    expect(findFrames(even, [100, 200])).toEqual([3, 5]);
    expect(findFrames(even, [0, 4000])).toEqual([0, 100]);
    expect(findFrameAt(even, -5)).toBe(0);
  });
});

describe('scenes', () => {
  it('are found where the made clip cuts', async () => {
    const changes = await withContainer(readVideo('made/cuts.mp4'), ({ measureChanges }) => measureChanges());
    expect(findCuts(changes).map(({ index }) => index)).toEqual([20, 55, 90, 140]);
    expect(chooseScenes(changes, [0, 160], 5)).toEqual([0, 20, 55, 90, 140]);
  });

  it('are the strongest when there are too many', () => {
    const changes = new Float32Array(50);
    changes.set([0.2], 10);
    changes.set([0.9], 20);
    changes.set([0.5], 30);
    expect(chooseScenes(changes, [0, 50], 3)).toEqual([0, 20, 30]);
  });

  it('leave room for frames between them', () => {
    const changes = new Float32Array(40);
    changes.set([0.9], 30);
    expect(chooseScenes(changes, [0, 40], 4)).toEqual([0, 7, 15, 30]);
  });

  it('are not seen in steady motion', () => {
    expect(findCuts(new Float32Array(50).fill(0.25, 1))).toHaveLength(1);
  });
});

describe('motion', () => {
  it('draws the frames to where the square of the made clip moves', async () => {
    const changes = await withContainer(readVideo('made/burst.mp4'), ({ measureChanges }) =>
      measureChanges(),
    );
    const chosen = chooseByMotion(changes, [0, 160], 16);
    expect(chosen.length).toBeGreaterThanOrEqual(12);
    // It moves from 3 s to 4 s, at 20 frames a second.
    const inside = chosen.filter((index) => index >= 60 && index <= 81);
    expect(inside.length / chosen.length).toBeGreaterThan(0.9);
  });

  it('is spread evenly where nothing moves', () => {
    expect(chooseByMotion(new Float32Array(100), [0, 100], 4)).toEqual([12, 37, 62, 87]);
  });

  it('keeps to the frames that were looked at', () => {
    const changes = Float32Array.from({ length: 60 }, (_, i) => (i % 10 === 0 ? i / 100 : Number.NaN));
    expect(chooseByMotion(changes, [0, 60], 3).every((index) => index % 10 === 0)).toBe(true);
  });
});

describe('a long video', () => {
  // A key frame every 50 frames; decoding goes in the order of showing.
  const position = Uint32Array.from({ length: 100 }, (_, i) => i);
  const entry = Uint32Array.from({ length: 100 }, (_, i) => Math.floor(i / 50) * 50);
  const timeline = { ...even, costs: { position, entry } };
  const views = [{ span: [0, 4000] as const, indexes: [12, 37, 62, 87] }];

  it('is left alone while its frames can be had', () => {
    // Frames 0 to 37 and 50 to 87.
    expect(snapToKeyFrames(timeline, views, 76)).toEqual({ views, notes: [] });
  });

  it('shows cheaper frames within half a step, and says so', () => {
    const { views: snapped, notes } = snapToKeyFrames(timeline, views, 75);
    // Half a step is 500 ms, 12 frames; 500 ms reach from 12 to 0, from 37 to 25 only (or 49), from 62 to 50.
    expect(snapped[0]?.indexes).toEqual([0, 25, 50, 75]);
    expect(notes).toEqual([expect.stringContaining('0.5 s')]);
  });
});
