import sharp, { type Sharp } from 'sharp';
import type { Plane } from './kernels/plane.ts';

/** A picture already decoded: upright, sRGB, three bytes a pixel, row by row. */
export interface DecodedImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
}

/** A picture as the detector works on it: CIELAB (D65), L 0..100, and the size of the view it came from. */
export interface WorkingImage {
  readonly l: Plane;
  readonly a: Plane;
  readonly b: Plane;
  readonly viewWidthPx: number;
  readonly viewHeightPx: number;
}

/** Pixels between two cells of the anomaly map, at working size. */
export const STRIDE = 4;

const LONG_SIDE = 320;

/**
 * Decodes a view (JPEG, PNG, WebP or whatever sharp reads; stored orientation applied, transparency on white) and
 * brings its longer side to 320 pixels, both sides to multiples of four. Throws what sharp throws for bytes that are no picture, and RangeError for a
 * decoded image whose bytes do not fit its size.
 */
export async function readWorkingImage(image: DecodedImage | Uint8Array): Promise<WorkingImage> {
  const upright = image instanceof Uint8Array ? sharp(image).autoOrient() : openDecoded(image);
  const size =
    image instanceof Uint8Array
      ? (await sharp(image).metadata()).autoOrient
      : { width: image.widthPx, height: image.heightPx };
  const scale = LONG_SIDE / Math.max(size.width, size.height);
  const width = Math.max(8, Math.round((size.width * scale) / STRIDE)) * STRIDE;
  const height = Math.max(8, Math.round((size.height * scale) / STRIDE)) * STRIDE;
  const { data, info } = await upright
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    ...convertToLab(data, info.channels, width, height),
    viewWidthPx: size.width,
    viewHeightPx: size.height,
  };
}

function openDecoded({ widthPx, heightPx, rgb }: DecodedImage): Sharp {
  if (rgb.length !== widthPx * heightPx * 3 || rgb.length === 0) {
    throw new RangeError(
      `A decoded image of ${widthPx} × ${heightPx} needs ${widthPx * heightPx * 3} bytes of RGB, not ${rgb.length}.`,
    );
  }
  return sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } });
}

// sRGB to linear light, IEC 61966-2-1.
const LINEAR = Float32Array.from({ length: 256 }, (_, code) => {
  const value = code / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

function convertToLab(
  data: Uint8Array,
  channels: number,
  width: number,
  height: number,
): { l: Plane; a: Plane; b: Plane } {
  const count = width * height;
  const l = new Float32Array(count);
  const a = new Float32Array(count);
  const b = new Float32Array(count);
  const green = channels >= 3 ? 1 : 0;
  const blue = channels >= 3 ? 2 : 0;
  for (let i = 0; i < count; i++) {
    const at = i * channels;
    const r = LINEAR[data[at] as number] as number;
    const g = LINEAR[data[at + green] as number] as number;
    const bl = LINEAR[data[at + blue] as number] as number;
    const fx = bend((0.4124564 * r + 0.3575761 * g + 0.1804375 * bl) / 0.95047);
    const fy = bend(0.2126729 * r + 0.7151522 * g + 0.072175 * bl);
    const fz = bend((0.0193339 * r + 0.119192 * g + 0.9503041 * bl) / 1.08883);
    l[i] = 116 * fy - 16;
    a[i] = 500 * (fx - fy);
    b[i] = 200 * (fy - fz);
  }
  return {
    l: { width, height, data: l },
    a: { width, height, data: a },
    b: { width, height, data: b },
  };
}

/** The companding of CIELAB (CIE 15:2018). */
function bend(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;
}
