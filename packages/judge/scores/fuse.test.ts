import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuse } from './fuse.ts';

it.each([
  ['MEAN', [0.2, 0.4, 0.9], 0.5],
  ['MEDIAN', [0.9, 0.2, 0.4], 0.4],
  ['MEDIAN', [0.9, 0.2, 0.4, 0.6], 0.5],
  ['MIN', [0.9, 0.2, 0.4], 0.2],
  ['MEAN', [0.7], 0.7],
] as const)('%s of %j is %d', (fusion, scores, expected) => {
  expect(fuse(scores, fusion)).toBeCloseTo(expected, 12);
});

it('of no score there is none', () => {
  for (const fusion of ['MEAN', 'MEDIAN', 'MIN'] as const) expect(fuse([], fusion)).toBeNull();
});

it('a fused score lies between the least and the greatest, whatever their order', () => {
  const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(
      scores,
      fc.constantFrom('MEAN' as const, 'MEDIAN' as const, 'MIN' as const),
      (list, fusion) => {
        const fused = fuse(list, fusion) ?? -1;
        expect(fused).toBeGreaterThanOrEqual(Math.min(...list) - 1e-12);
        expect(fused).toBeLessThanOrEqual(Math.max(...list) + 1e-12);
        expect(fuse(list.toReversed(), fusion)).toBeCloseTo(fused, 12);
      },
    ),
  );
});
