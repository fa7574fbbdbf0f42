import type { View } from '@loupe/vision';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { perturbViews } from './evaluate-perturb.ts';

const NOISE = { kind: 'NOISE', strength: 0.5 } as const;

let picture: View;
let plot: View;
beforeAll(async () => {
  const create = { width: 32, height: 24, channels: 3, background: '#888' } as const;
  const bytes = new Uint8Array(await sharp({ create }).png().toBuffer());
  picture = {
    mediaType: 'image/png',
    bytes,
    widthPx: 32,
    heightPx: 24,
    geometry: { kind: 'IMAGE', source: { widthPx: 32, heightPx: 24 } },
  };
  plot = {
    ...picture,
    geometry: {
      kind: 'POINT_CLOUD',
      camera: 'front',
      style: 'DEPTH',
    } as View['geometry'],
  };
});

const perturb = async (views: readonly View[], seed = 1, item = 'a') =>
  (await perturbViews(views, NOISE, seed, item))?.map(({ bytes }) => Buffer.from(bytes).toString('base64'));

describe('perturbViews', () => {
  it('gives an item the same pictures whenever it is asked', async () => {
    expect(await perturb([picture])).toEqual(await perturb([picture]));
  });

  it('draws anew for every seed, item and view', async () => {
    const drawn = [
      ...((await perturb([picture, picture])) ?? []),
      ...((await perturb([picture], 2)) ?? []),
      ...((await perturb([picture], 1, 'b')) ?? []),
    ];
    expect(new Set(drawn).size).toBe(4);
  });

  it('leaves views that are no pictures as they are, and says when there is no picture', async () => {
    const views = await perturbViews([picture, plot], NOISE, 1, 'a');
    expect(views?.[1]).toBe(plot);
    expect(views?.[0]).not.toBe(picture);
    expect(await perturbViews([plot], NOISE, 1, 'a')).toBeUndefined();
  });
});
