import sharp from 'sharp';
import type { Detection } from './detection.ts';
import type { Region } from './regions.ts';

/** How a picture of a detection is written. */
export interface OverlayOptions {
  /** JPEG (quality 90) when absent. */
  readonly mediaType?: 'image/jpeg' | 'image/png';
  /** Longer side of the picture in pixels at most; 1024 when absent. */
  readonly longSidePx?: number;
}

/** Eight even steps of the inferno ramp (Smith and van der Walt 2015), dark to light in perceived lightness. */
const RAMP = [
  [0, 0, 4],
  [40, 11, 84],
  [101, 21, 110],
  [159, 42, 99],
  [212, 72, 66],
  [245, 125, 21],
  [250, 193, 39],
  [252, 255, 164],
] as const;

/** Strength at which the ramp ends; the threshold (1) lies a third of the way. */
const RAMP_END = 3;

/**
 * Draws the anomaly map over the query view: the ramp from inferno's purple to yellow, clearer where the difference
 * is stronger, nothing where there is none, and a box around each region (white for a score of 0.5 and more, grey
 * below). Takes the very view that was judged; throws what sharp throws when the bytes are no picture.
 */
export async function renderOverlay(
  query: Uint8Array,
  detection: Pick<Detection, 'map' | 'widthPx' | 'heightPx' | 'regions'>,
  options: OverlayOptions = {},
): Promise<Uint8Array> {
  const scale = Math.min(1, (options.longSidePx ?? 1024) / Math.max(detection.widthPx, detection.heightPx));
  const width = Math.max(1, Math.round(detection.widthPx * scale));
  const height = Math.max(1, Math.round(detection.heightPx * scale));
  const { map } = detection;
  const heat = await sharp(paintMap(map.data), { raw: { width: map.width, height: map.height, channels: 4 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const frames = Buffer.from(drawFrames(detection.regions, scale, width, height));
  const drawn = sharp(query)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize(width, height, { fit: 'fill' })
    .composite([{ input: heat }, { input: frames }]);
  const encoded = options.mediaType === 'image/png' ? drawn.png() : drawn.jpeg({ quality: 90 });
  return new Uint8Array(await encoded.toBuffer());
}

function paintMap(values: Float32Array): Uint8Array {
  const pixels = new Uint8Array(values.length * 4);
  for (let i = 0; i < values.length; i++) {
    const share = Math.min(1, (values[i] as number) / RAMP_END);
    const place = share * (RAMP.length - 1);
    const lower = Math.min(RAMP.length - 2, Math.floor(place));
    for (let c = 0; c < 3; c++) {
      const from = RAMP[lower]?.[c] ?? 0;
      const to = RAMP[lower + 1]?.[c] ?? 0;
      pixels[i * 4 + c] = Math.round(from + (to - from) * (place - lower));
    }
    pixels[i * 4 + 3] = Math.round(200 * Math.sqrt(share));
  }
  return pixels;
}

function drawFrames(regions: readonly Region[], scale: number, width: number, height: number): string {
  const stroke = Math.max(1.5, Math.max(width, height) / 400);
  const frames = regions.map(({ x, y, width: across, height: down, score }) => {
    const place = `x="${x * scale}" y="${y * scale}" width="${across * scale}" height="${down * scale}" fill="none"`;
    const colour = score >= 0.5 ? '#ffffff' : '#b0b0b0';
    return `<rect ${place} stroke="#000000" stroke-width="${2 * stroke}"/><rect ${place} stroke="${colour}" stroke-width="${stroke}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${frames.join('')}</svg>`;
}
