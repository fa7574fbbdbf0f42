import type { Samples } from '../grey-window.ts';
import type { PixelDescription } from './pixel-description.ts';

/** Grey samples of a frame as numbers: the stored bits are taken out of the allocated ones (PS3.5 section 8.1.1). */
export function unpackSamples(
  frame: Uint8Array,
  { bitsAllocated, bitsStored, highBit, signed }: PixelDescription,
  littleEndian: boolean,
): Samples['stored'] {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const count = frame.length / (bitsAllocated / 8);
  const stored = createArray(bitsAllocated, signed, count);
  const [up, down] = [31 - highBit, 32 - bitsStored];
  for (let index = 0; index < count; index++) {
    const raw =
      bitsAllocated === 8
        ? (frame[index] ?? 0)
        : bitsAllocated === 16
          ? view.getUint16(index * 2, littleEndian)
          : view.getUint32(index * 4, littleEndian);
    // Bits above are overlays of old files, bits below are nothing.
    stored[index] = signed ? (raw << up) >> down : (raw << up) >>> down;
  }
  return stored;
}

/** Interleaved RGB of 8 bits from colours that follow one another. */
export function interleave(planes: Uint8Array): Uint8Array {
  const pixels = planes.length / 3;
  const rgb = new Uint8Array(planes.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    rgb[3 * pixel] = planes[pixel] ?? 0;
    rgb[3 * pixel + 1] = planes[pixels + pixel] ?? 0;
    rgb[3 * pixel + 2] = planes[2 * pixels + pixel] ?? 0;
  }
  return rgb;
}

/** 8-bit samples that a big-endian file keeps in words of two (VR OW), put in order. */
export function swapPairs(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes, (byte, index) => bytes[index ^ 1] ?? byte);
}

function createArray(
  bits: PixelDescription['bitsAllocated'],
  signed: boolean,
  count: number,
): Samples['stored'] {
  if (bits === 8) return signed ? new Int8Array(count) : new Uint8Array(count);
  if (bits === 16) return signed ? new Int16Array(count) : new Uint16Array(count);
  return signed ? new Int32Array(count) : new Uint32Array(count);
}
