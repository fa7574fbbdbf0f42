import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { readPixels } from '../fixtures/view-pixels.ts';
import type { View } from '../types.ts';
import { cropFrame } from './crop-frame.ts';
import { locateFrames } from './locate.ts';
import { readNumber, readVideo } from './testing/fixtures.ts';

/** Where a frame of the made clips shows its number. */
const STRIP = { x: 0, y: 0, width: 128, height: 16 };

async function readStrip(view: Pick<View, 'bytes'>): Promise<number> {
  const { data, info } = await sharp(view.bytes).raw().toBuffer({ resolveWithObject: true });
  return readNumber({ data, widthPx: info.width });
}

function locate({ geometry, widthPx: width, heightPx: height }: View) {
  if (geometry.kind !== 'VIDEO') throw new Error('a view of a video was expected');
  return locateFrames(geometry, { x: 0, y: 0, width, height });
}

describe('a part of a frame', () => {
  // Of the variable clips the frames stay whose number is a multiple of 3 or 7: 0, 3, 6, 7, 9, 12, 14, 15, 18, 21.
  it.each([
    ['made/numbered.mp4', 137, 137],
    ['made/hevc.mp4', 44, 44],
    ['made/edit-list.mp4', 12, 87],
    ['made/vp9.webm', 61, 61],
    ['made/variable.mkv', 9, 21],
    ['made/mjpeg.avi', 33, 33],
    ['made/mpeg4-b-frames.avi', 29, 29],
    ['made/animated.gif', 7, 7],
    ['made/animated.webp', 10, 10],
    ['made/animated.png', 5, 5],
    ['made/animated.avif', 11, 11],
  ])('of %s, number %i, is of that very frame, pixel for pixel', async (name, index, number) => {
    const view = await cropFrame(readVideo(name), index, STRIP);
    expect(view).toMatchObject({ widthPx: 128, heightPx: 16, geometry: { layout: 'FRAME' } });
    expect(await readStrip(view)).toBe(number);
    expect(locate(view)).toMatchObject([{ index, region: STRIP }]);
  });

  it.each(['made/rotated-90.mp4', 'made/rotated-180.mov', 'made/numbered.mp4'])(
    'of %s is upright, and what a view of the frame shows there',
    async (name) => {
      const file = readVideo(name);
      const { views } = await convert(file, { video: { layout: 'FRAMES', frames: 3 } });
      const [, whole] = views;
      if (whole?.geometry.kind !== 'VIDEO') throw new Error('three frames were expected');
      const region = { x: 30, y: 20, width: 50, height: 40 };
      const part = await cropFrame(file, whole.geometry.frames[0]?.index ?? -1, region);
      const [{ at: found }, { at: expected }] = [await readPixels(part.bytes), await readPixels(whole.bytes)];
      for (const [x, y] of [
        [5, 5],
        [25, 20],
        [44, 33],
      ] as const) {
        found(x, y).forEach((value, channel) => {
          // Both are JPEG of quality 90, their blocks laid differently.
          expect(Math.abs(value - (expected(x + 30, y + 20)[channel] ?? 0))).toBeLessThanOrEqual(24);
        });
      }
    },
  );

  it('of a frame whose pixels are wide has the proportions of the scene', async () => {
    const view = await cropFrame(readVideo('made/wide-pixels.mp4'), 3, STRIP);
    expect(view).toMatchObject({ widthPx: 256, heightPx: 16, geometry: { source: { widthPx: 160 } } });
    expect(locate(view)).toMatchObject([{ index: 3, region: STRIP }]);
  });

  it('is made smaller where asked, and says so by its geometry', async () => {
    const view = await cropFrame(readVideo('made/numbered.mp4'), 8, STRIP, { longSidePx: 64 });
    expect(view).toMatchObject({ widthPx: 64, heightPx: 8 });
    expect(locate(view)).toMatchObject([{ index: 8, region: STRIP }]);
  });

  it('is refused for a frame or a region that is not there, and for files that are no videos', async () => {
    const file = readVideo('made/numbered.mp4');
    await expect(cropFrame(file, 200, STRIP)).rejects.toThrow('from 0 to 199');
    await expect(cropFrame(file, 0, { ...STRIP, x: 100 })).rejects.toThrow(RangeError);
    await expect(cropFrame(file, 0, STRIP, { longSidePx: 5000 })).rejects.toThrow(RangeError);
    for (const name of ['candle.jpg', 'rgb24.png']) {
      await expect(cropFrame(readFixture(name), 0, STRIP)).rejects.toMatchObject({
        code: 'UNSUPPORTED_MEDIA_TYPE',
      });
    }
  });
});
