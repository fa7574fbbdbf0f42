import sharp from 'sharp';
import type { Segmentation } from './segmentation.ts';
import { type SuperpixelOptions, segmentSuperpixels } from './superpixels.ts';

/** Regions to point at are found at this size; more pixels only make borders more ragged. */
const LONG_SIDE_PX = 512;

/** Cuts an encoded view into superpixels, at 512 px of its long side; `drawMarks` scales them back. */
export async function segmentView(view: Uint8Array, options: SuperpixelOptions = {}): Promise<Segmentation> {
  const { data, info } = await sharp(view)
    .resize({ width: LONG_SIDE_PX, height: LONG_SIDE_PX, fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return segmentSuperpixels({ data, widthPx: info.width, heightPx: info.height }, options);
}
