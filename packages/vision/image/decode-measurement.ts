import sharp from 'sharp';
import type { Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';
import { readTiffBands } from './read-tiff-bands.ts';
import { assertSourceSize } from './source-size.ts';
import type { TiffPage } from './tiff-directory.ts';

/** Parts of the values that may lie below black and above white: single hot or dead pixels. */
const PERCENTILES = [0.001, 0.999] as const;
const SAMPLE_VALUES = 1 << 20;

/**
 * Turns one channel of measured numbers (floating point, signed or 32 bits) into greys: linear between the 0.1th and the
 * 99.9th percentile, which a note names. What is no number is black.
 * @returns an 8-bit grey PNG
 * @throws RejectedError CORRUPT_IMAGE, also when no value is a number
 */
export async function decodeMeasurement(
  bytes: Uint8Array,
  { widthPx, heightPx }: TiffPage,
  position: number,
  limits: Limits,
): Promise<{ readonly encoded: Uint8Array; readonly notes: readonly string[] }> {
  assertSourceSize(widthPx, heightPx, limits);
  const [values] = await readTiffBands(bytes, position);
  if (values === undefined || values.length !== widthPx * heightPx) {
    throw new RejectedError(
      'CORRUPT_IMAGE',
      'The TIFF has fewer values than its size asks for. Export it again.',
    );
  }
  const window = findWindow(values);
  if (window === undefined) {
    throw new RejectedError(
      'CORRUPT_IMAGE',
      'None of the values in the TIFF is a number. Check the export, or measure again.',
    );
  }
  const [black, white] = window;
  const factor = white > black ? 255 / (white - black) : 0;
  const greys = new Uint8Array(values.length);
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value)) greys[i] = Math.max(0, Math.min(255, Math.round((value - black) * factor)));
    else missing += 1;
  }
  const raw = { width: widthPx, height: heightPx, channels: 1 } as const;
  const encoded = await sharp(greys, { raw }).png({ compressionLevel: 1 }).toBuffer();
  const notes = [
    `The picture holds measured values; ${round(black)} is shown as black, ${round(white)} as white.`,
  ];
  if (missing > 0) notes.push(`${missing} of ${values.length} values are no numbers and are shown as black.`);
  return { encoded, notes };
}

/** `undefined` when no value is a number. */
function findWindow(values: ArrayLike<number>): readonly [number, number] | undefined {
  const step = Math.max(1, Math.floor(values.length / SAMPLE_VALUES));
  const sample = new Float64Array(Math.ceil(values.length / step));
  let length = 0;
  for (let i = 0; i < values.length; i += step) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value)) sample[length++] = value;
  }
  const sorted = sample.subarray(0, length).sort();
  const [low, high] = PERCENTILES.map((part) => sorted[Math.round(part * (length - 1))]);
  return low === undefined || high === undefined ? undefined : [low, high];
}

function round(value: number): string {
  return String(Number(value.toPrecision(6)));
}
