import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readPixels } from '../fixtures/view-pixels.ts';
import { cropPairs } from '../pictures/crop-pairs.ts';
import { openSourceCrop } from '../pictures/source-crop.ts';
import type { Conversion, ConvertOptions } from '../types.ts';
import { cropFrame } from './crop-frame.ts';
import type { FrameSize, FrameSource } from './frame-source.ts';
import { readAndKeep } from './keep-frames.ts';
import { readNumber, readVideo } from './testing/fixtures.ts';

async function keep(name: string, { video, ...options }: ConvertOptions = {}) {
  const conversion = await convert(readVideo(name), { ...options, video: { ...video, keepFrames: true } });
  const [view] = conversion.views;
  if (view?.geometry.kind !== 'VIDEO') throw new Error('a video was expected');
  return { ...conversion, view: { ...view, geometry: view.geometry, readFrame: findFrame(conversion) } };
}

function findFrame({ frames = [] }: Conversion) {
  return async (wanted: number) => frames.find(({ index }) => index === wanted)?.bytes;
}

const SHOWN = { widthPx: 400, heightPx: 225 };

/** A video of 200 frames. */
function makeSource(size: FrameSize, draw: (index: number, size: FrameSize) => Uint8Array): FrameSource {
  return {
    facts: { codec: 'made', ...size, pixelAspect: 1, orientation: { mirrored: false, rotation: 0 } },
    timeline: { startsMs: Float64Array.from({ length: 200 }, (_, i) => i), endMs: 200 },
    notes: [],
    lossless: false,
    measureChanges: async () => new Float32Array(),
    async *readFrames(indexes, asked) {
      for (const index of indexes) {
        const data = draw(index, asked);
        yield { index, ...(data.length === 3 * asked.widthPx * asked.heightPx ? asked : SHOWN), data };
      }
    },
    close: async () => undefined,
  };
}

async function readStrip(bytes: Uint8Array): Promise<number> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return readNumber({ data, widthPx: info.width });
}

describe('frames that are kept beside a montage', () => {
  it.each([
    'made/numbered.mp4',
    'made/hevc.mp4',
    'made/variable.mkv',
    'made/animated.webp',
    'made/animated.gif',
    'made/animated.png',
  ])('of %s are those it shows, each with all of its pixels', async (name) => {
    const { view, frames = [] } = await keep(name, { longSidePx: 256, video: { frames: 9 } });

    expect(new Set(frames.map(({ index }) => index))).toEqual(
      new Set(view.geometry.frames.map(({ index }) => index)),
    );
    for (const { index, bytes } of frames) {
      expect(await sharp(bytes).metadata()).toMatchObject({ width: 160, height: 96 });
      // Those of variable.mkv are the ones whose number is a multiple of 3 or 7.
      if (name !== 'made/variable.mkv') expect(await readStrip(bytes)).toBe(index);
    }
  });

  it('are upright, and what the original shows there', async () => {
    const name = 'made/rotated-90.mp4';
    const { frames = [] } = await keep(name, { longSidePx: 256, video: { frames: 4 } });
    const [{ index, bytes } = { index: -1, bytes: new Uint8Array() }] = frames;
    const whole = { x: 0, y: 0, width: 96, height: 160 };
    const expected = await readPixels((await cropFrame(readVideo(name), index, whole)).bytes);

    const { at } = await readPixels(bytes);

    for (const [x, y] of [
      [5, 5],
      [90, 9],
      [40, 150],
    ] as const) {
      expect(at(x, y)).toEqual(expected.at(x, y));
    }
  });

  it('belong to views of single frames as well, where those are smaller', async () => {
    const video = { layout: 'FRAMES', frames: 2 } as const;
    const { views, frames = [] } = await keep('with-gps.mov', { longSidePx: 256, video });

    const shown = views.map(({ geometry }) => geometry.kind === 'VIDEO' && geometry.frames[0]?.index);
    expect(frames.map(({ index }) => index)).toEqual(shown);
    expect(views.every(({ widthPx, heightPx }) => Math.max(widthPx, heightPx) === 256)).toBe(true);
  });

  it('are none where the views show every pixel, or nobody asks', async () => {
    expect((await keep('made/numbered.mp4', { video: { frames: 4 } })).frames).toEqual([]);
    expect((await convert(readVideo('made/numbered.mp4'), { longSidePx: 256 })).frames).toEqual([]);
  });

  it('are together no more than sixteen of 3840 × 2160 px', async () => {
    const sizes: FrameSize[] = [];
    const source = makeSource({ widthPx: 7680, heightPx: 4320 }, (_, size) => {
      sizes.push(size);
      return new Uint8Array(3 * SHOWN.widthPx * SHOWN.heightPx);
    });
    for (const count of [1, 17, 64]) {
      const indexes = Array.from({ length: count }, (_, i) => i);
      for await (const _ of readAndKeep(source, indexes, SHOWN, { keeps: true }).read()) break;
    }
    const [single, some, many] = sizes.map(({ widthPx, heightPx }) => widthPx * heightPx);
    expect(sizes[0]).toEqual({ widthPx: 4096, heightPx: 2304 });
    expect(17 * (some ?? Number.NaN)).toBeLessThanOrEqual(16 * 3840 * 2160 * 1.02);
    expect(64 * (many ?? Number.NaN)).toBeLessThanOrEqual(16 * 3840 * 2160 * 1.02);
    expect(many).toBeGreaterThan((single ?? Number.NaN) / 8);
  });

  it('are left out where they would be too much, with a note', async () => {
    const source = makeSource({ widthPx: 800, heightPx: 450 }, (index, { widthPx, heightPx }) =>
      Uint8Array.from({ length: 3 * widthPx * heightPx }, (_, i) => ((i + index) * 7919) % 251),
    );
    const reading = readAndKeep(source, [0, 1, 2], SHOWN, { keeps: true, mostBytes: 2 ** 20 });
    const shown = [];
    for await (const frame of reading.read()) shown.push(frame);

    expect(shown.map(({ index, widthPx }) => [index, widthPx])).toEqual(
      [0, 1, 2].map((index) => [index, 400]),
    );
    const { frames, notes } = reading.finish();
    expect(frames.length).toBeLessThan(3);
    expect(frames.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(2 ** 20);
    expect(notes[0]).toMatch(/not kept for second looks: together they would take more than 1 MiB\.$/);
  });

  it('are those that fit, also after one that does not', async () => {
    const plain = new Set([0, 2]);
    const source = makeSource({ widthPx: 800, heightPx: 450 }, (index, { widthPx, heightPx }) =>
      Uint8Array.from({ length: 3 * widthPx * heightPx }, (_, i) =>
        plain.has(index) ? 128 : (i * 7919) % 251,
      ),
    );
    const reading = readAndKeep(source, [0, 1, 2], SHOWN, { keeps: true, mostBytes: 2 ** 16 });
    for await (const _ of reading.read());

    const { frames, notes } = reading.finish();
    expect(frames.map(({ index }) => index)).toEqual([0, 2]);
    expect(notes[0]).toMatch(/^1 frame is not kept/);
  });
});

describe('a closer look at a montage', () => {
  it('shows the pixels of the frame', async () => {
    const { view } = await keep('made/numbered.mp4', { longSidePx: 256, video: { frames: 9 } });
    const crop = await openSourceCrop(view);
    for (const { index, area } of view.geometry.frames.slice(3, 6)) {
      const part = await crop({ ...area, width: area.width * 0.8, height: area.height / 6 }, 1024);
      expect(part).toMatchObject({ widthPx: 128, heightPx: 16 });
      expect(await readStrip(part?.bytes ?? view.bytes)).toBe(index);
    }
    // Parts of two frames have no single original.
    expect(await crop({ x: 0, y: 0, width: view.widthPx, height: 8 }, 1024)).toBeUndefined();
  });

  it('stays within the frame that a region lies in, also where it reaches a little over its edge', async () => {
    const { view } = await keep('made/numbered.mp4', { longSidePx: 256, video: { frames: 9 } });
    const { area } = view.geometry.frames[4] ?? { area: { x: 0, y: 0, width: 0, height: 0 } };
    for (const region of [
      { ...area, width: 8, height: 8 },
      { x: area.x - 2, y: area.y - 2, width: 24, height: 24 },
    ]) {
      const [pair] = await cropPairs(view, [], [region]);
      expect(pair?.rectangle).toMatchObject({ x: area.x, y: area.y });
    }
  });

  it('of a region across two frames shows the part in each, the larger one first', async () => {
    const { view } = await keep('made/numbered.mp4', { longSidePx: 256, video: { frames: 9 } });
    const [left, right] = view.geometry.frames.slice(3, 5).map(({ area }) => area);
    if (left === undefined || right === undefined) throw new Error('frames side by side were expected');
    const region = { x: right.x - 20, y: right.y, width: 50, height: 30 };
    const pairs = await cropPairs(view, [], [region]);
    expect(pairs.map(({ rectangle }) => rectangle)).toMatchObject([{ x: right.x }, { y: left.y }]);
    for (const [i, area] of [right, left].entries()) {
      const { x = 0, width = 0 } = pairs[i]?.rectangle ?? {};
      expect(x >= area.x && x + width <= area.x + area.width).toBe(true);
    }
  });

  it('shows every region before a second frame of one, and no more than is asked for', async () => {
    const { view } = await keep('made/numbered.mp4', { longSidePx: 256, video: { frames: 9 } });
    const [left, right, below] = [3, 4, 7].map((frame) => view.geometry.frames[frame]?.area);
    if (!left || !right || !below) throw new Error('nine frames were expected');
    const across = { x: right.x - 20, y: right.y, width: 50, height: 30 };
    const inside = { x: below.x, y: below.y, width: 30, height: 30 };
    const places = [{ y: right.y, x: right.x }, { y: below.y }, { y: left.y }];
    for (const most of [1, 2, 3]) {
      const pairs = await cropPairs(view, [], [across, inside], most);
      expect(pairs.map(({ rectangle }) => rectangle)).toMatchObject(places.slice(0, most));
    }
  });

  it('is the view enlarged where a frame was not kept, or is gone', async () => {
    const { view } = await keep('made/numbered.mp4', { longSidePx: 256, video: { frames: 9 } });
    const { area } = view.geometry.frames[4] ?? { area: { x: 0, y: 0, width: 0, height: 0 } };
    const gone = async () => Promise.reject(new Error('NoSuchKey'));
    for (const readFrame of [async () => undefined, gone]) {
      expect(await (await openSourceCrop({ ...view, readFrame }))(area, 1024)).toBeUndefined();
    }
  });
});
