import sharp, { type Sharp } from 'sharp';
import type { ImageGeometry, Rectangle } from '../geometry.ts';
import type { Limits } from '../limits.ts';
import type { View } from '../types.ts';
import { VIEW_JPEG } from '../view-jpeg.ts';
import { type BgrRows, openBgrRows } from './bgr-rows.ts';
import { isGraphic } from './choose-encoding.ts';
import { openImage, readOrReject } from './sharp-input.ts';

/** A PNG view above this is a photograph after all, or nothing a model provider would take. */
const MAX_PNG_BYTES = 4 * 1024 * 1024;
const WHITE = '#ffffff';
/** Percentiles of lightness that become black and white where contrast is asked for. */
const STRETCH = { lower: 1, upper: 99 };

/** What of a source is drawn, and how large. */
interface ViewPlan {
  readonly geometry: ImageGeometry;
  /** The source's pixels are exact, so that a drawing is worth a PNG. */
  readonly lossless: boolean;
  readonly longSidePx: number;
  readonly limits: Limits;
  /** Which page of the encoded file, from 0. */
  readonly page?: number;
  /** The pixels, where they need no decoder. */
  readonly rows?: BgrRows | undefined;
}

/**
 * Decodes, orients, cuts the region out if there is one, converts to sRGB (by the embedded profile if there is one), flattens on white, shrinks and encodes.
 * @throws RejectedError CORRUPT_IMAGE, TOO_SLOW
 */
export async function renderView(
  bytes: Uint8Array,
  { geometry, lossless, longSidePx, limits, page, rows }: ViewPlan,
): Promise<View> {
  const { region } = geometry;
  const opened =
    rows === undefined
      ? cutOut(openImage(bytes, limits, page).autoOrient(), region)
      : openBgrRows(rows, limits, region);
  const natural = opened
    .resize({ width: longSidePx, height: longSidePx, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: WHITE })
    .toColourspace('srgb');
  const upright = geometry.isContrastStretched ? natural.normalise(STRETCH) : natural;
  if (!lossless) return encodeJpeg(upright, geometry);

  const { data, info } = await readOrReject(() => upright.raw().toBuffer({ resolveWithObject: true }));
  const { width, height } = info;
  // Decoded and shrunk already: these cannot fail for anything in the file.
  const pixels = () => sharp(data, { raw: { width, height, channels: 3 } });
  if (isGraphic({ data, width, height })) {
    const png = await pixels().png({ compressionLevel: 6 }).toBuffer();
    if (png.length <= MAX_PNG_BYTES) {
      return { mediaType: 'image/png', bytes: png, widthPx: width, heightPx: height, geometry };
    }
  }
  return encodeJpeg(pixels(), geometry);
}

function cutOut(image: Sharp, region: Rectangle | undefined): Sharp {
  if (region === undefined) return image;
  const { x: left, y: top, width, height } = region;
  return image.extract({ left, top, width, height });
}

async function encodeJpeg(pipeline: Sharp, geometry: ImageGeometry): Promise<View> {
  const { data, info } = await readOrReject(() =>
    pipeline.jpeg(VIEW_JPEG).toBuffer({ resolveWithObject: true }),
  );
  return { mediaType: 'image/jpeg', bytes: data, widthPx: info.width, heightPx: info.height, geometry };
}
