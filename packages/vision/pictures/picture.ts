import type { Sharp } from 'sharp';
import { VIEW_JPEG } from '../view-jpeg.ts';

/** An encoded picture of a question, upright and in sRGB. */
export interface Picture {
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Encodes as the given type; lossless stays lossless. */
export async function encodePicture(drawn: Sharp, mediaType: Picture['mediaType']): Promise<Picture> {
  const encoded = mediaType === 'image/png' ? drawn.png({ compressionLevel: 6 }) : drawn.jpeg(VIEW_JPEG);
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
  return { mediaType, bytes: data, widthPx: info.width, heightPx: info.height };
}
