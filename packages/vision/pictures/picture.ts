import type { Sharp } from 'sharp';

/** An encoded picture of a question, upright and in sRGB. */
export interface Picture {
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** 90 with full colour resolution: thin coloured lines survive. */
const JPEG = { quality: 90, chromaSubsampling: '4:4:4' } as const;

/** Encodes as the given type; lossless stays lossless. */
export async function encodePicture(drawn: Sharp, mediaType: Picture['mediaType']): Promise<Picture> {
  const encoded = mediaType === 'image/png' ? drawn.png({ compressionLevel: 6 }) : drawn.jpeg(JPEG);
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
  return { mediaType, bytes: data, widthPx: info.width, heightPx: info.height };
}
