import { describe, expect, it } from 'vitest';
import { convert, RejectedError } from '../index.ts';
import { readVideo } from './testing/fixtures.ts';
import { spoil } from './testing/spoil.ts';

/** Files of each container and codec. Few spoiled ones of each: a container costs a process each time. `npm run fuzz` makes more. */
const CONTAINERS = [
  'numbered.mp4',
  'hevc.mp4',
  'fragmented.mp4',
  'vp9.webm',
  'variable.mkv',
  'mpeg4-b-frames.avi',
  'mjpeg.avi',
  'animated.png',
  'animated.avif',
];
const ANIMATIONS = ['animated.gif', 'animated.webp'];
const MINUTES_4 = 240_000;

/** The code of the refusal, or `CONVERTED`; anything else that is thrown fails the test. */
async function tryConvert(bytes: Uint8Array): Promise<string> {
  try {
    const { views } = await convert(bytes, {
      longSidePx: 256,
      video: { frames: 4 },
      limits: { maxSeconds: 15 },
    });
    // Never a success with nothing to show.
    expect(views.length).toBeGreaterThan(0);
    for (const { bytes: picture, geometry } of views) {
      expect(picture.length).toBeGreaterThan(100);
      if (geometry.kind === 'VIDEO') expect(geometry.frames.length).toBeGreaterThan(0);
    }
    return 'CONVERTED';
  } catch (error) {
    if (error instanceof RejectedError) return error.code;
    throw error;
  }
}

describe.each(CONTAINERS)('%s', (name) => {
  const whole = readVideo(`made/${name}`);

  it(
    'is converted or refused, never worse, however it is spoiled',
    async () => {
      const outcomes: string[] = [];
      for (let seed = 0; seed < 8; seed++) outcomes.push(await tryConvert(spoil(whole, seed)));
      expect(outcomes.some((outcome) => outcome !== 'CONVERTED')).toBe(true);
      // A crash is caught, but would be worth knowing; a hang would be worse.
      expect(outcomes.filter((outcome) => outcome === 'TOO_SLOW')).toEqual([]);
    },
    MINUTES_4,
  );

  it(
    'is converted or refused when it is cut at any quarter',
    async () => {
      for (let part = 1; part < 4; part++) {
        await tryConvert(whole.subarray(0, Math.floor((whole.length * part) / 4)));
      }
    },
    MINUTES_4,
  );
});

describe.each(ANIMATIONS)('%s', (name) => {
  const whole = readVideo(`made/${name}`);

  it(
    'is converted or refused, never worse, however it is spoiled or cut',
    async () => {
      for (let seed = 0; seed < 100; seed++) await tryConvert(spoil(whole, seed));
      for (let part = 1; part < 50; part++) {
        await tryConvert(whole.subarray(0, Math.floor((whole.length * part) / 50)));
      }
    },
    MINUTES_4,
  );
});
