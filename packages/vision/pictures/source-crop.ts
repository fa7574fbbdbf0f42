import sharp from 'sharp';
import type { Geometry, ImageGeometry, Rectangle, VideoGeometry } from '../geometry.ts';
import { openCrops } from '../image/crop-source.ts';
import { findSource } from '../place/find-source.ts';
import type { Picture } from './picture.ts';

/** A view, with the file it was made of where that can be read. */
export interface SourcedPicture extends Picture {
  readonly geometry?: Geometry;
  /** The whole file. */
  readonly readSource?: () => Promise<Uint8Array>;
  /** A frame of a video that was kept beside the view; undefined for one that was not. */
  readonly readFrame?: (index: number) => Promise<Uint8Array | undefined>;
}

/** Cuts a rectangle (px of the view) out of the file; undefined where the view has to do. */
export type SourceCrop = (rectangle: Rectangle, longSidePx: number) => Promise<Picture | undefined>;

type Shown<G> = Picture & { readonly geometry: G };
type ReadSource = NonNullable<SourcedPicture['readSource']>;
type ReadFrame = NonNullable<SourcedPicture['readFrame']>;

/** Decoded whole, an original takes three bytes a pixel of memory. */
const MOST_PIXELS = 100_000_000;

const ROUNDING = 1e-6;

const NO_CROP: SourceCrop = async () => undefined;

/**
 * Parts of an image's original, or of a kept frame of a video, at full resolution, where these have more pixels than the view. The view
 * has to do for other kinds, for stretched contrast, above 100 megapixels, for parts of several frames, and where nothing can be read.
 */
export async function openSourceCrop(view: SourcedPicture): Promise<SourceCrop> {
  const { geometry, readSource, readFrame } = view;
  try {
    if (geometry?.kind === 'IMAGE' && readSource) return await openImage({ ...view, geometry }, readSource);
    return geometry?.kind === 'VIDEO' && readFrame ? openVideo({ ...view, geometry }, readFrame) : NO_CROP;
  } catch {
    return NO_CROP;
  }
}

async function openImage(view: Shown<ImageGeometry>, readSource: ReadSource): Promise<SourceCrop> {
  const { source, region = { width: source.widthPx }, page, isContrastStretched } = view.geometry;
  if (isContrastStretched || region.width <= view.widthPx) return NO_CROP;
  const crop = await openCrops(await readSource(), { page, limits: { maxPixels: MOST_PIXELS } });
  return async (rectangle, longSidePx) => {
    const place = findSource(view, rectangle);
    if (place?.kind !== 'IMAGE') return undefined;
    return crop(roundWithin(place.area, source), longSidePx).catch(() => undefined);
  };
}

function openVideo(view: Shown<VideoGeometry>, readFrame: ReadFrame): SourceCrop {
  const { source } = view.geometry;
  // Regions mostly lie in one frame.
  let last: { readonly index: number; readonly frame: ReturnType<typeof openFrame> } | undefined;
  return async (rectangle, longSidePx) => {
    const place = findSource(view, rectangle);
    const [part, ...others] = place?.kind === 'VIDEO' ? place.frames : [];
    if (part === undefined || others.length > 0) return undefined;
    const { index, region } = part;
    if (last?.index !== index) last = { index, frame: openFrame(readFrame, index) };
    const frame = await last.frame.catch(() => undefined);
    if (frame === undefined) return undefined;
    // Pixels of a kept frame are square; of a very large one there are fewer than in the file.
    const [across, down] = [frame.widthPx / source.widthPx, frame.heightPx / source.heightPx];
    const { x, y, width, height } = region;
    const area = { x: x * across, y: y * down, width: width * across, height: height * down };
    return frame.crop(roundWithin(area, frame), longSidePx).catch(() => undefined);
  };
}

async function openFrame(readFrame: ReadFrame, index: number) {
  const bytes = await readFrame(index);
  if (bytes === undefined) return undefined;
  const { width: widthPx, height: heightPx } = await sharp(bytes).metadata();
  return { widthPx, heightPx, crop: await openCrops(bytes) };
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
