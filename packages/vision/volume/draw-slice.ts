import sharp from 'sharp';
import type { SliceGeometry } from '../geometry.ts';
import { drawHaloedText, measureHaloedText, type Raster } from '../marks/haloed-text.ts';
import type { View } from '../types.ts';
import { VIEW_JPEG } from '../view-jpeg.ts';

/** A slice as it is to be seen, before it gets its size. */
export interface SlicePicture {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** 1 is grey, 3 are RGB. */
  readonly channels: 1 | 3;
  /** Distances between the middles of neighbours along x and y. */
  readonly spacing: readonly [number, number];
  readonly edges?: SliceGeometry['edges'];
}

/** Smaller slices are enlarged to this, so that the letters hide little and a model sees them at all. */
const LEAST_LONG_SIDE_PX = 512;
/** A header that states flatter voxels than this is not believed. */
const FLATTEST = 20;
const MAX_PNG_BYTES = 4 * 1024 * 1024;
const WHITE = [255, 255, 255] as const;
const BLACK = [0, 0, 0] as const;

/** Size of a slice's view: proportions as in the body, long side 512 px at least and `longSidePx` at most. */
function sizeView(
  { widthPx, heightPx, spacing: [across, below] }: Pick<SlicePicture, 'widthPx' | 'heightPx' | 'spacing'>,
  longSidePx: number,
): { readonly widthPx: number; readonly heightPx: number } {
  const least = Math.min(across, below);
  const believed = Math.max(across, below) <= FLATTEST * least;
  const width = believed ? (widthPx * across) / least : widthPx;
  const height = believed ? (heightPx * below) / least : heightPx;
  const long = Math.max(width, height);
  const scale = Math.min(longSidePx, Math.max(LEAST_LONG_SIDE_PX, long)) / long;
  return {
    widthPx: Math.max(1, Math.round(width * scale)),
    heightPx: Math.max(1, Math.round(height * scale)),
  };
}

/** Scales a slice, writes its letters on its edges and encodes it: PNG, or JPEG when that would be over 4 MiB. */
export async function drawSlice(picture: SlicePicture, longSidePx: number): Promise<Omit<View, 'geometry'>> {
  const { data, widthPx: width, heightPx: height, channels, edges } = picture;
  const { widthPx, heightPx } = sizeView(picture, longSidePx);
  // Linear: a sharper kernel draws rims along bone and metal that are not in the slice.
  const kernel = widthPx > width || heightPx > height ? 'linear' : 'lanczos3';
  const scaled = await sharp(data, { raw: { width, height, channels } })
    .resize(widthPx, heightPx, { fit: 'fill', kernel })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  const raster: Raster = { data: scaled, widthPx, heightPx, channels };
  if (edges !== undefined) drawEdges(raster, edges);
  const image = () => sharp(scaled, { raw: { width: widthPx, height: heightPx, channels } });
  const png = await image().png({ compressionLevel: 6 }).toBuffer();
  if (png.length <= MAX_PNG_BYTES) return { mediaType: 'image/png', bytes: png, widthPx, heightPx };
  return { mediaType: 'image/jpeg', bytes: await image().jpeg(VIEW_JPEG).toBuffer(), widthPx, heightPx };
}

function drawEdges(raster: Raster, edges: NonNullable<SliceGeometry['edges']>): void {
  const { widthPx, heightPx } = raster;
  const sizePx = Math.max(14, Math.round(Math.max(widthPx, heightPx) / 36));
  // On a strip too narrow for letters they would be all there is to see.
  if (Math.min(widthPx, heightPx) < 5 * sizePx) return;
  const draw = (text: string, x: number, y: number) =>
    drawHaloedText(raster, text, { x, y, sizePx, ink: WHITE, halo: BLACK });
  const inset = (text: string) => measureHaloedText(text, sizePx).width / 2 + sizePx / 4;
  const fall = measureHaloedText('A', sizePx).height / 2 + sizePx / 4;
  draw(edges.left, inset(edges.left), heightPx / 2);
  draw(edges.right, widthPx - inset(edges.right), heightPx / 2);
  draw(edges.top, widthPx / 2, fall);
  draw(edges.bottom, widthPx / 2, heightPx - fall);
}
