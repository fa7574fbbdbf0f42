import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { View } from '../types.ts';
import { PERTURBATION_KINDS, type PerturbationKind, perturbView } from './perturb-view.ts';

const [WIDTH, HEIGHT] = [160, 120];

/** Grey of 100 with a white square in one corner, so that a turn is seen. */
async function makeView(): Promise<View> {
  const bytes = await sharp({
    create: { width: WIDTH, height: HEIGHT, channels: 3, background: { r: 100, g: 100, b: 100 } },
  })
    .composite([
      { input: { create: { width: 30, height: 30, channels: 3, background: '#fff' } }, left: 10, top: 10 },
    ])
    .png()
    .toBuffer();
  return {
    mediaType: 'image/png',
    bytes: new Uint8Array(bytes),
    widthPx: WIDTH,
    heightPx: HEIGHT,
    geometry: { kind: 'IMAGE', source: { widthPx: WIDTH, heightPx: HEIGHT } },
  };
}

const readGreys = async ({ bytes }: View) => new Uint8Array(await sharp(bytes).greyscale().raw().toBuffer());

/** Mean absolute difference in grey levels. */
async function measureDistance(view: View, kind: PerturbationKind, strength: number): Promise<number> {
  const [before, after] = [
    await readGreys(view),
    await readGreys(await perturbView(view, kind, strength, 3)),
  ];
  return before.reduce((sum, grey, i) => sum + Math.abs(grey - (after[i] ?? 0)), 0) / before.length;
}

describe.each(PERTURBATION_KINDS)('perturbView: %s', (kind) => {
  it('leaves the view as it is at strength 0', async () => {
    const view = await makeView();
    expect(await perturbView(view, kind, 0, 3)).toBe(view);
  });

  it('keeps the size, and gives the same bytes for the same seed', async () => {
    const view = await makeView();
    const once = await perturbView(view, kind, 0.5, 3);
    const { width, height, format } = await sharp(once.bytes).metadata();
    expect({ width, height, format }).toEqual({ width: WIDTH, height: HEIGHT, format: 'jpeg' });
    expect(once.mediaType).toBe('image/jpeg');
    expect((await perturbView(view, kind, 0.5, 3)).bytes).toEqual(once.bytes);
  });

  it('disturbs more with more strength', async () => {
    const view = await makeView();
    const [weak, strong] = [await measureDistance(view, kind, 0.25), await measureDistance(view, kind, 1)];
    expect(strong).toBeGreaterThan(weak);
    expect(weak).toBeGreaterThan(0);
  });
});

describe('perturbView', () => {
  it('changes the exposure by one stop at most, darker or brighter by the seed', async () => {
    const view = await makeView();
    const greys = await Promise.all(
      Array.from({ length: 8 }, async (_, seed) => {
        const changed = await readGreys(await perturbView(view, 'LIGHTING', 1, seed));
        return Math.round((changed.at(-1) ?? 0) / 10) * 10;
      }),
    );
    expect(new Set(greys)).toEqual(new Set([50, 200]));
  });

  it('covers 30 % of the picture with grey at strength 1', async () => {
    const view = await makeView();
    const black = await sharp({
      create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#000' },
    })
      .png()
      .toBuffer();
    const greys = await readGreys(await perturbView({ ...view, bytes: black }, 'OCCLUSION', 1, 5));
    const covered = greys.filter((grey) => grey > 64).length / greys.length;
    expect(covered).toBeCloseTo(0.3, 1);
  });

  it('adds noise with a standard deviation of 20 grey levels per channel at strength 0.5', async () => {
    const view = await makeView();
    const { bytes } = await perturbView(view, 'NOISE', 0.5, 9);
    const { channels } = await sharp(
      await sharp(bytes).extract({ left: 60, top: 50, width: 90, height: 60 }).toBuffer(),
    ).stats();
    // A JPEG of quality 90 takes some of it, of the colours more than of the brightness.
    expect(channels[1]?.stdev).toBeGreaterThan(13);
    expect(channels[1]?.stdev).toBeLessThan(22);
    expect(channels[1]?.mean).toBeGreaterThan(95);
    expect(channels[1]?.mean).toBeLessThan(105);
  });
});
