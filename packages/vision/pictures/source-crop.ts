import type { Geometry, ImageGeometry, Rectangle, VideoGeometry } from '../geometry.ts';
import { openCrops } from '../image/crop-source.ts';
import { findSource } from '../place/find-source.ts';
import { cutFrame, readFrame, type WholeFrame } from '../video/crop-frame.ts';
import { isDecoderInstalled } from '../video/decoder/is-installed.ts';
import type { Picture } from './picture.ts';

/** A view, with the file it was made of where that can be read. */
export interface SourcedPicture extends Picture {
  readonly geometry?: Geometry;
  /** The whole file. */
  readonly readSource?: () => Promise<Uint8Array>;
}

/** Cuts a rectangle (px of the view) out of the file; undefined where the view has to do. */
export type SourceCrop = (rectangle: Rectangle, longSidePx: number) => Promise<Picture | undefined>;

type Readable<G> = Picture & { readonly geometry: G; readonly readSource: () => Promise<Uint8Array> };

/** Decoded whole, an original takes three bytes a pixel of memory. */
const MOST_PIXELS = 100_000_000;
/** What libvips draws, which is always there. */
const ANIMATIONS = new Set(['gif', 'webp']);

const ROUNDING = 1e-6;

const NO_CROP: SourceCrop = async () => undefined;

/**
 * Parts of the original at full resolution, where it is an image or a video with more pixels than its view. The view has to do for
 * other kinds, for stretched contrast, above 100 megapixels, for parts of several frames, where the file cannot be read, and for video
 * containers where no decoder is installed.
 */
export async function openSourceCrop(view: SourcedPicture): Promise<SourceCrop> {
  const { geometry, readSource } = view;
  if (readSource === undefined || geometry === undefined) return NO_CROP;
  try {
    if (geometry.kind === 'IMAGE') return await openImage({ ...view, readSource, geometry });
    return geometry.kind === 'VIDEO' ? openVideo({ ...view, readSource, geometry }) : NO_CROP;
  } catch {
    return NO_CROP;
  }
}

async function openImage(view: Readable<ImageGeometry>): Promise<SourceCrop> {
  const { source, region = { width: source.widthPx }, page, isContrastStretched } = view.geometry;
  if (isContrastStretched || region.width <= view.widthPx) return NO_CROP;
  const crop = await openCrops(await view.readSource(), { page, limits: { maxPixels: MOST_PIXELS } });
  return async (rectangle, longSidePx) => {
    const place = findSource(view, rectangle);
    if (place?.kind !== 'IMAGE') return undefined;
    return crop(roundWithin(place.area, source), longSidePx).catch(() => undefined);
  };
}

function openVideo(view: Readable<VideoGeometry>): SourceCrop {
  const { source, frames, codec } = view.geometry;
  const isSmaller = frames.some(({ area }) => area.width < source.widthPx);
  if (!isSmaller || !(ANIMATIONS.has(codec) || isDecoderInstalled())) return NO_CROP;
  // Regions mostly lie in one frame; a whole one takes three bytes a pixel.
  let last: { readonly index: number; readonly frame: Promise<WholeFrame> } | undefined;
  return async (rectangle, longSidePx) => {
    const place = findSource(view, rectangle);
    const [part, ...others] = place?.kind === 'VIDEO' ? place.frames : [];
    if (part === undefined || others.length > 0) return undefined;
    const { index, region } = part;
    if (last?.index !== index)
      last = { index, frame: view.readSource().then((file) => readFrame(file, index)) };
    return last.frame
      .then((frame) => cutFrame(frame, roundWithin(region, source), longSidePx))
      .catch(() => undefined);
  };
}

function roundWithin(
  { x, y, width, height }: Rectangle,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Rectangle {
  // Places are quotients: what is a whole number but for rounding stays it.
  const [left, top] = [Math.floor(x + ROUNDING), Math.floor(y + ROUNDING)];
  return {
    x: left,
    y: top,
    width: Math.min(widthPx, Math.ceil(x + width - ROUNDING)) - left,
    height: Math.min(heightPx, Math.ceil(y + height - ROUNDING)) - top,
  };
}
