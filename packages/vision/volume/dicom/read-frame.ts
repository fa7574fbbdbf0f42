import { openImage, readOrReject } from '../../image/sharp-input.ts';
import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import type { Samples } from '../grey-window.ts';
import { type DicomFile, rejectDicom } from './dicom-file.ts';
import { splitFrames } from './fragments.ts';
import type { PixelDescription } from './pixel-description.ts';
import { unpackRunLengths } from './run-lengths.ts';
import { findEncoding, isBigEndian } from './transfer-syntax.ts';
import { interleave, swapPairs, unpackSamples } from './unpack-samples.ts';

/** A decoded frame: grey samples, or interleaved RGB. */
export type Frame = { readonly stored: Samples['stored'] } | { readonly rgb: Uint8Array };

/**
 * A reader of single frames. Whether all of them are there is checked at once.
 * @throws RejectedError CORRUPT_VOLUME, UNSUPPORTED_VARIANT; the reader throws the same, CORRUPT_IMAGE and TOO_SLOW
 */
export function createFrameReader(
  file: DicomFile,
  description: PixelDescription,
  limits: Limits,
): (frame: number) => Promise<Frame> {
  const encoding = findEncoding(file.transferSyntax);
  if (encoding === 'NATIVE') return createNativeReader(file, description);
  const { pixels, bytes } = file;
  if (pixels.length !== undefined) throw rejectDicom('states compressed frames but does not wrap them');
  const frames = splitFrames(bytes, pixels.at, description.frames);
  const join = (frame: number) => {
    const parts = frames[frame] ?? [];
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  };
  if (encoding === 'JPEG') assertEightBits(description);
  if (encoding === 'JPEG') return (frame) => decodeJpeg(join(frame), description, limits);
  assertRgb(description);
  return async (frame) => {
    const { widthPx, heightPx, samples, bitsAllocated } = description;
    const planes = unpackRunLengths(join(frame), {
      pixels: widthPx * heightPx,
      samples,
      bytesPerSample: bitsAllocated / 8,
    });
    return samples === 3 ? { rgb: interleave(planes) } : { stored: unpackSamples(planes, description, true) };
  };
}

function createNativeReader({ bytes, pixels, transferSyntax }: DicomFile, description: PixelDescription) {
  const { widthPx, heightPx, frames, samples, bitsAllocated, planar } = description;
  assertRgb(description);
  const frameBytes = widthPx * heightPx * samples * (bitsAllocated / 8);
  const stated = Math.min(pixels.length ?? 0, bytes.length - pixels.at);
  if (frameBytes * frames > stated) {
    throw rejectDicom(`holds ${stated} of the ${frameBytes * frames} bytes of its pixels`, {
      bytes: stated,
      stated: frameBytes * frames,
    });
  }
  const bigEndian = isBigEndian(transferSyntax);
  const isSwapped = bigEndian && bitsAllocated === 8 && pixels.vr === 'OW';
  // Pairs can straddle frames of an odd size, so all are put in order.
  const [ordered, at] = isSwapped
    ? [swapPairs(bytes.subarray(pixels.at, pixels.at + frameBytes * frames + ((frameBytes * frames) % 2))), 0]
    : [bytes, pixels.at];
  return async (frame: number): Promise<Frame> => {
    const raw = ordered.subarray(at + frame * frameBytes, at + (frame + 1) * frameBytes);
    if (samples === 1) return { stored: unpackSamples(raw, description, !bigEndian) };
    return { rgb: planar ? interleave(raw) : raw };
  };
}

async function decodeJpeg(bytes: Uint8Array, description: PixelDescription, limits: Limits): Promise<Frame> {
  const { widthPx, heightPx, samples } = description;
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw rejectDicom('has a frame that is not JPEG as stated');
  const { data, info } = await readOrReject(() =>
    openImage(bytes, limits)
      .toColourspace(samples === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  if (info.width !== widthPx || info.height !== heightPx || info.channels !== samples) {
    throw rejectDicom('has a JPEG frame of another size or colour model than its header states');
  }
  if (samples === 3) return { rgb: data };
  return { stored: unpackSamples(data, description, true) };
}

function assertRgb({ samples, photometric }: PixelDescription): void {
  if (samples === 1 || photometric === 'RGB') return;
  throw new RejectedError(
    'UNSUPPORTED_VARIANT',
    `The DICOM file has uncompressed colours in ${photometric}, which cannot be read. Export it as RGB.`,
  );
}

function assertEightBits({ bitsAllocated }: PixelDescription): void {
  if (bitsAllocated === 8) return;
  throw new RejectedError(
    'UNSUPPORTED_VARIANT',
    'The frames of the DICOM file are JPEG of more than 8 bits, which cannot be read. Export it uncompressed or as RLE.',
  );
}
