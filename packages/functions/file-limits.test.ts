import { PLANS } from '@loupe/core/usage';
import { DEFAULT_LIMITS } from '@loupe/vision';
import { describe, expect, it } from 'vitest';
import { describeLimits, findExceeded } from './file-limits.ts';

const sent = { plan: 'TRIAL', profile: { id: 'prf_1', limits: { points: 1000 } } } as const;

describe('the limits of a file', () => {
  it('are no more than the service converts, whatever the plan; its size is bounded where it is announced', () => {
    for (const plan of Object.keys(PLANS) as (keyof typeof PLANS)[]) {
      for (const [key, value] of Object.entries(describeLimits({ plan }))) {
        if (key !== 'maxBytes')
          expect(value, key).toBeLessThanOrEqual(DEFAULT_LIMITS[key as keyof typeof DEFAULT_LIMITS]);
      }
    }
  });

  it('are the plan’s, and the profile’s where those are lower', () => {
    expect(describeLimits(sent)).toMatchObject({ maxPoints: 1000, maxRows: PLANS.TRIAL.file.rows });
    const higher = { plan: 'TRIAL', profile: { id: 'prf_1', limits: { points: 1e9 } } } as const;
    expect(describeLimits(higher).maxPoints).toBe(PLANS.TRIAL.file.points);
  });

  it('of older samples are those of the usual plan', () => {
    expect(describeLimits()).toMatchObject({ maxPixels: 200_000_000, maxHeicPixels: 50_000_000 });
  });

  it('are named in a rejection with who set them', () => {
    expect(findExceeded({ points: 2000, maxPoints: 1000 }, sent)).toEqual({
      name: 'points',
      value: 1000,
      setBy: 'PROFILE',
    });
    expect(findExceeded({ rows: 2e7, maxRows: 10_000_000 }, sent)).toMatchObject({
      name: 'rows',
      setBy: 'PLAN',
    });
    // A HEIC of more pixels than its decoder holds, though the plan allows as many.
    expect(findExceeded({ maxPixels: 50_000_000 }, sent)).toMatchObject({ name: 'pixels', setBy: 'SERVICE' });
    expect(findExceeded({ maxVoxels: 268_435_456 }, sent)).toMatchObject({
      name: 'voxels',
      setBy: 'SERVICE',
    });
    expect(findExceeded({ memoryMb: 1536 }, sent)).toEqual({
      name: 'memoryMb',
      value: 1536,
      setBy: 'SERVICE',
    });
    expect(findExceeded({ decoder: 'bad marker' }, sent)).toBeUndefined();
  });
});
