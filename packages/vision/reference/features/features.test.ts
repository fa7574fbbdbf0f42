import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layCells } from '../compare/comparison.ts';
import { drawTexture } from '../testing/texture.ts';
import { normaliseContrast } from './contrast.ts';
import { DIMS, extractFeatures, GROUPS, type LabPlanes, ORIENTATIONS } from './extract.ts';
import { INVARIANT_DIMS, makeInvariant } from './invariant.ts';
import { addFloor, measureCovariance, whitenFeatures } from './metric.ts';
import { matchTone } from './tone.ts';

function drawPicture(seed: number): LabPlanes {
  return { l: drawTexture(96, 64, seed), a: drawTexture(96, 64, seed + 1), b: drawTexture(96, 64, seed + 2) };
}

describe('normaliseContrast', () => {
  it('does not depend on how the object is lit', () => {
    const texture = drawTexture(120, 100, 1);
    const lit = { ...texture, data: texture.data.map((value) => 1.3 * value + 9) };
    const [one, other] = [normaliseContrast(texture, 16, 0.01), normaliseContrast(lit, 16, 0.01)];
    one.data.forEach((value, i) => {
      expect(other.data[i]).toBeCloseTo(value, 2);
    });
  });

  it('keeps flat ground flat', () => {
    const flat = { width: 40, height: 40, data: new Float32Array(1600).fill(55) };
    for (const value of normaliseContrast(flat, 16, 4).data) expect(value).toBeCloseTo(0, 3);
  });
});

describe('extractFeatures', () => {
  it('puts the gradient of a ramp to the right into the first direction and of one downwards into the third', () => {
    const flat = { width: 64, height: 64, data: new Float32Array(64 * 64).fill(0) };
    const step = (along: (x: number, y: number) => number) => ({
      ...flat,
      data: flat.data.map((_, i) => (along(i % 64, Math.floor(i / 64)) < 32 ? 20 : 80)),
    });
    const strongest = (l: LabPlanes['l'], cell: number) => {
      const { data } = extractFeatures({ l, a: flat, b: flat }, layCells({ l, a: flat, b: flat }));
      const edges = data.subarray(
        cell * DIMS + GROUPS.fineEdges,
        cell * DIMS + GROUPS.fineEdges + ORIENTATIONS,
      );
      return edges.indexOf(Math.max(...edges));
    };
    const middle = 8 * 16 + 8;
    expect(
      strongest(
        step((x) => x),
        middle,
      ),
    ).toBe(0);
    expect(
      strongest(
        step((_, y) => y),
        middle,
      ),
    ).toBe(2);
    expect(
      strongest(
        step((x) => 63 - x),
        middle,
      ),
    ).toBe(4);
  });
});

describe('makeInvariant', () => {
  it('does not change when the patches are turned by 45° steps or mirrored', () => {
    const picture = drawPicture(7);
    const features = extractFeatures(picture, layCells(picture));
    const before = makeInvariant(features);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.boolean(), (turn, mirrored) => {
        const data = Float32Array.from(features.data);
        for (let i = 0; i < data.length; i += DIMS) {
          for (const group of [GROUPS.fineEdges, GROUPS.coarseEdges]) {
            for (let k = 0; k < ORIENTATIONS; k++) {
              const from = ((mirrored ? -k : k) + turn + 2 * ORIENTATIONS) % ORIENTATIONS;
              data[i + group + k] = features.data[i + group + from] ?? 0;
            }
          }
        }
        const after = makeInvariant({ ...features, data });
        expect(after.dims).toBe(INVARIANT_DIMS);
        after.data.forEach((value, i) => {
          expect(value).toBeCloseTo(before.data[i] ?? -1, 4);
        });
      }),
      { numRuns: 16 },
    );
  });
});

describe('whitenFeatures', () => {
  it('gives descriptors the identity for a covariance', () => {
    const picture = drawPicture(9);
    const { data } = extractFeatures(picture, layCells(picture));
    const covariance = measureCovariance(data, DIMS);
    addFloor(covariance, new Float64Array(DIMS).fill(1e-6));
    whitenFeatures(data, covariance, DIMS);
    const white = measureCovariance(data, DIMS);
    for (let i = 0; i < DIMS; i++) {
      for (let j = 0; j < DIMS; j++) expect(white[i * DIMS + j]).toBeCloseTo(i === j ? 1 : 0, 1);
    }
  });
});

describe('matchTone', () => {
  it('brings a picture taken in another light back', () => {
    const picture = drawPicture(5);
    const lit = { ...picture, l: { ...picture.l, data: picture.l.data.map((value) => 0.95 * value + 4) } };
    matchTone(lit, picture).l.data.forEach((value, i) => {
      expect(value).toBeCloseTo(picture.l.data[i] ?? -1, 0);
    });
  });
});
