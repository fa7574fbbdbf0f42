import sharp from 'sharp';
import type { View } from '../../types.ts';

/** Tells the colour of a pixel. */
export type ReadPixel = (x: number, y: number) => readonly [number, number, number];

/** The pixels of a view, by another decoder. */
export async function decodePng({ bytes, widthPx, heightPx }: View): Promise<ReadPixel> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== widthPx || info.height !== heightPx || info.channels !== 3)
    throw new Error('Another size.');
  return (x, y) => {
    const at = (y * widthPx + x) * 3;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  };
}
