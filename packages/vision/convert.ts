import { resolveImageOptions } from './image/options.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { assertDeclaredType, findModality } from './media-type.ts';
import { modalities } from './modalities.ts';
import { resolvePointCloudOptions } from './point-cloud/options.ts';
import { RejectedError } from './rejected-error.ts';
import { resolveTimeSeriesOptions } from './time-series/options.ts';
import type { Conversion, ConversionSettings, ConvertOptions } from './types.ts';
import { rejectUnsupported } from './unsupported.ts';
import { resolveVideoOptions } from './video/options.ts';
import { resolveVolumeOptions } from './volume/options.ts';

/** Enough of a file to recognise any type. */
const HEAD_BYTES = 4096;
const LONG_SIDE_PX = { least: 256, most: 4096, usual: 2048 };

/**
 * Turns one file into 2-D views. Its type is found in its content, never taken from a name or a declaration.
 * @throws RejectedError for any fault of the file; nothing else for any bytes.
 * @throws RangeError for options outside their range.
 */
export async function convert(bytes: Uint8Array, options: ConvertOptions = {}): Promise<Conversion> {
  const settings = resolveSettings(options);
  if (bytes.length === 0) {
    throw new RejectedError('EMPTY_FILE', 'The file has no bytes. Send it again.');
  }
  const { maxBytes } = settings.limits;
  if (bytes.length > maxBytes) {
    throw new RejectedError(
      'TOO_MANY_BYTES',
      `The file has ${bytes.length} bytes; at most ${maxBytes} are accepted. Send a smaller or more compressed file.`,
      { bytes: bytes.length, maxBytes },
    );
  }
  const head = bytes.subarray(0, HEAD_BYTES);
  const found = findModality(head, options.declaredMediaType);
  if (found === undefined) throw rejectUnsupported(head);
  assertDeclaredType(options.declaredMediaType, found.mediaType);
  const modality =
    modalities.find((other) => other.takesOver?.(bytes, found.mediaType, settings)) ?? found.modality;
  const rendering = await modality.convert(bytes, found.mediaType, settings);
  return { mediaType: found.mediaType, modality: modality.name, ...rendering };
}

/** @throws RangeError for options outside their range */
export function resolveSettings(options: ConvertOptions): ConversionSettings {
  const longSidePx = options.longSidePx ?? LONG_SIDE_PX.usual;
  assertWithin('longSidePx', longSidePx, LONG_SIDE_PX.least, LONG_SIDE_PX.most);
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  for (const [name, value] of Object.entries(limits)) {
    assertWithin(`limits.${name}`, value, 1, name === 'maxSeconds' ? 3600 : Number.MAX_SAFE_INTEGER);
  }
  return {
    longSidePx,
    limits,
    image: resolveImageOptions(options.image),
    volume: resolveVolumeOptions(options.volume),
    pointCloud: resolvePointCloudOptions(options.pointCloud),
    timeSeries: resolveTimeSeriesOptions(options.timeSeries),
    video: resolveVideoOptions(options.video),
    references: options.references ?? [],
    ownsBytes: options.ownsBytes ?? false,
  };
}

function assertWithin(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}.`);
  }
}
