import sharp from 'sharp';
import { encodePicture, type Picture } from './picture.ts';

/** White between the two, so that the edge of one is not taken for a part of the other. */
const GAP_SHARE = 1 / 64;

/**
 * Two pictures beside each other on white, both as high as the higher one, a gap between them. The result is JPEG only
 * when both are.
 */
export async function placeBeside(left: Picture, right: Picture): Promise<Picture> {
  const height = Math.max(left.heightPx, right.heightPx);
  const [one, other] = await Promise.all([left, right].map((picture) => scaleToHeight(picture, height)));
  if (one === undefined || other === undefined) throw new RangeError('Two pictures are needed.');
  const gap = Math.max(4, Math.round((one.width + other.width) * GAP_SHARE));
  const canvas = sharp({
    create: { width: one.width + gap + other.width, height, channels: 3, background: '#ffffff' },
  })
    .composite([
      { input: one.data, left: 0, top: 0 },
      { input: other.data, left: one.width + gap, top: 0 },
    ])
    .removeAlpha();
  const lossless = left.mediaType === 'image/png' || right.mediaType === 'image/png';
  return encodePicture(canvas, lossless ? 'image/png' : 'image/jpeg');
}

async function scaleToHeight(picture: Picture, height: number): Promise<{ data: Buffer; width: number }> {
  const { data, info } = await sharp(picture.bytes)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize({ height })
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width };
}
