import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { perturbImage } from '../../perturb/index.ts';
import { readFixture } from '../testing/fixtures.ts';
import { drawTexture } from '../testing/texture.ts';
import { readWorkingImage } from '../working-image.ts';
import { measureMutualQuality, weighMisfit } from './mutual.ts';
import { refineSimilarity } from './refine.ts';
import { buildPyramid, type Pyramid, registerPlanes } from './register.ts';
import {
  applySimilarity,
  IDENTITY,
  makeSimilarity,
  readSimilarity,
  scaleSimilarity,
  warpPlane,
} from './similarity.ts';

async function readPyramid(bytes: Uint8Array): Promise<Pyramid> {
  return buildPyramid((await readWorkingImage(bytes)).l);
}

describe('registerPlanes', () => {
  it.each([
    ['deeppcb/00041001_temp.jpg', { shiftX: 11.5, shiftY: -7.25, turnDegrees: 1.4 }, 640],
    ['candle/normal.JPG', { shiftX: -12, shiftY: 9.5, turnDegrees: -1.2 }, 1284],
    ['pcb/normal.JPG', { shiftX: 4.3, shiftY: 12, turnDegrees: 0.7 }, 1404],
    ['cookie/normal/normal-3.jpg', { shiftX: 6, shiftY: -11, turnDegrees: 1.5 }, 768],
  ])('recovers the known movement of %s', async (name, moved, longSidePx) => {
    const bytes = readFixture(name);
    const again = await perturbImage(bytes, { ...moved, gain: 1.05, noise: 3 }, 5);
    const query = await readWorkingImage(again);
    const { map, quality } = registerPlanes(buildPyramid(query.l), await readPyramid(bytes));
    const { rotationDegrees, scale } = readSimilarity(map);
    expect(Math.abs(rotationDegrees - moved.turnDegrees)).toBeLessThan(0.1);
    expect(scale).toBeCloseTo(1, 2);
    const middle = { x: (query.l.width - 1) / 2, y: (query.l.height - 1) / 2 };
    const place = applySimilarity(map, middle.x, middle.y);
    const factor = 320 / longSidePx;
    expect(Math.abs(place.x - middle.x - moved.shiftX * factor)).toBeLessThan(0.35);
    expect(Math.abs(place.y - middle.y - moved.shiftY * factor)).toBeLessThan(0.35);
    expect(quality).toBeGreaterThan(0.9);
  });

  it('finds a board that lies the other way round', async () => {
    const { map, quality } = registerPlanes(
      await readPyramid(readFixture('pcb/abnormal.JPG')),
      await readPyramid(readFixture('pcb/normal.JPG')),
    );
    expect(Math.abs(readSimilarity(map).rotationDegrees)).toBeGreaterThan(178.5);
    expect(quality).toBeGreaterThan(0.5);
  });

  it('finds a photograph turned by a right angle', async () => {
    const bytes = readFixture('candle/normal.JPG');
    const turned = new Uint8Array(await sharp(bytes).rotate(90).jpeg().toBuffer());
    const { map, quality } = registerPlanes(await readPyramid(turned), await readPyramid(bytes));
    expect(readSimilarity(map).rotationDegrees).toBeCloseTo(-90, 0);
    expect(quality).toBeGreaterThan(0.9);
  });

  it('gives different objects a low quality', async () => {
    const { quality } = registerPlanes(
      await readPyramid(readFixture('cookie/anomaly/anomaly-1.jpg')),
      await readPyramid(readFixture('cookie/normal/normal-1.jpg')),
    );
    expect(quality).toBeLessThan(0.5);
  });
});

describe('refineSimilarity', () => {
  it('recovers a small turn, scale and shift of a synthetic texture to a twentieth of a pixel', () => {
    const reference = drawTexture(140, 120, 21);
    const truth = makeSimilarity(0.02, 1.01, { x: 69.5, y: 59.5 }, { x: 70.6, y: 58.7 });
    const query = warpPlane(reference, truth, reference);
    const found = refineSimilarity(query, reference, IDENTITY, 20);
    for (const [x, y] of [
      [20, 20],
      [120, 20],
      [70, 100],
    ] as const) {
      const place = applySimilarity(found, x, y);
      const wanted = applySimilarity(truth, x, y);
      expect(Math.hypot(place.x - wanted.x, place.y - wanted.y)).toBeLessThan(0.05);
    }
  });
});

describe('scaleSimilarity', () => {
  it('maps the same places of a picture twice the size', () => {
    const number = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(number, number, number, number, (x, y, dx, angle) => {
        const map = makeSimilarity(angle, 1.1, { x: 3, y: 4 }, { x: 5 + dx, y: 6 });
        const small = applySimilarity(map, x, y);
        const large = applySimilarity(scaleSimilarity(map, 2), 2 * (x + 0.5) - 0.5, 2 * (y + 0.5) - 0.5);
        expect(large.x).toBeCloseTo(2 * (small.x + 0.5) - 0.5, 6);
        expect(large.y).toBeCloseTo(2 * (small.y + 0.5) - 0.5, 6);
      }),
    );
  });
});

describe('weighMisfit', () => {
  it('says nothing with one reference or with references that do not register', () => {
    expect(weighMisfit(undefined, 0.1, 0.5)).toBe(1);
    expect(weighMisfit(0.4, 0.1, 0.5)).toBe(1);
  });

  it('is the ratio of the correlations, at most four', () => {
    expect(weighMisfit(0.9, 0.3, 0.5)).toBeCloseTo(3);
    expect(weighMisfit(0.9, -0.2, 0.5)).toBe(4);
  });

  it('sees that the same cookie twice registers with itself', async () => {
    const cookies = [1, 2].map((index) => readPyramid(readFixture(`cookie/normal/normal-${index}.jpg`)));
    expect(measureMutualQuality(await Promise.all(cookies))).toBeGreaterThan(0.9);
    expect(measureMutualQuality((await Promise.all(cookies)).slice(0, 1))).toBeUndefined();
  });
});
