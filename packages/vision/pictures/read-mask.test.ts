import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readMask } from './read-mask.ts';

/** 8 × 4 px, its right half of the given brightness. */
function draw(value: number) {
  const data = Uint8Array.from({ length: 32 }, (_, i) => (i % 8 < 4 ? 0 : value));
  return sharp(data, { raw: { width: 8, height: 4, channels: 1 } });
}

describe('readMask', () => {
  it('takes all but black of a lossless mask, at the size asked for', async () => {
    const bytes = await draw(1).png().toBuffer();
    expect(await readMask({ bytes, mediaType: 'image/png' }, { widthPx: 4, heightPx: 2 })).toEqual(
      Uint8Array.of(0, 0, 1, 1, 0, 0, 1, 1),
    );
  });

  it('takes what is darker than white where nothing is black, and all of one brightness', async () => {
    const data = Uint8Array.of(255, 130, 255, 255);
    const raw = { width: 4, height: 1, channels: 1 } as const;
    const bytes = await sharp(data, { raw }).png().toBuffer();
    const size = { widthPx: 4, heightPx: 1 };
    expect(await readMask({ bytes, mediaType: 'image/png' }, size)).toEqual(Uint8Array.of(0, 1, 0, 0));
    const white = await sharp(data.fill(255), { raw }).png().toBuffer();
    expect(await readMask({ bytes: white, mediaType: 'image/png' }, size)).toEqual(Uint8Array.of(1, 1, 1, 1));
  });

  it('takes the brighter half of a lossy one, and nothing of a black one', async () => {
    const read = async (value: number) =>
      readMask(
        { bytes: await draw(value).jpeg({ quality: 100 }).toBuffer(), mediaType: 'image/jpeg' },
        { widthPx: 4, heightPx: 1 },
      );
    expect(await read(255)).toEqual(Uint8Array.of(0, 0, 1, 1));
    expect(await read(0)).toEqual(Uint8Array.of(0, 0, 0, 0));
  });
});
