import { RejectedError } from '../rejected-error.ts';

const SCREEN_BYTES = 13;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const MOST_CODES = 4096;

/**
 * Checks that the first frame of a GIF has a size and data for all of its pixels, which libvips does not:
 * it invents a size of one pixel and leaves missing rows blank. Nothing is decoded, only counted.
 * @throws RejectedError CORRUPT_IMAGE
 */
export function assertFirstFrameWhole(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = findFirstFrame(bytes);
  if (at === undefined || at + 11 > bytes.length) throw rejectGif('has no picture');
  const pixels = view.getUint16(at + 5, true) * view.getUint16(at + 7, true);
  if (pixels === 0) throw rejectGif('states a picture without pixels');
  const dataAt = at + 10 + colourTableBytes(bytes[at + 9] ?? 0);
  const codeBits = bytes[dataAt] ?? 0;
  if (codeBits < 1 || codeBits > 8) throw rejectGif('has a damaged picture');
  if (!holdsPixels(bytes, dataAt + 1, codeBits, pixels)) throw rejectGif('ends before its picture does');
}

/** Offset of the first image descriptor (GIF89a section 20). */
function findFirstFrame(bytes: Uint8Array): number | undefined {
  let at = SCREEN_BYTES + colourTableBytes(bytes[10] ?? 0);
  while (bytes[at] === EXTENSION) {
    at += 2;
    for (let size = bytes[at]; size !== undefined && size > 0; size = bytes[at]) at += 1 + size;
    at += 1;
  }
  return bytes[at] === IMAGE ? at : undefined;
}

/** Bytes of the colour table that a packed field announces. */
function colourTableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * (2 << (packed & 7));
}

/** Whether the LZW codes (GIF89a appendix F) in a chain of sub-blocks stand for at least so many pixels: only the length of each code is kept. */
function holdsPixels(bytes: Uint8Array, start: number, codeBits: number, pixels: number): boolean {
  const clear = 1 << codeBits;
  const lengths = new Uint32Array(MOST_CODES).fill(1, 0, clear);
  let bits = codeBits + 1;
  let next = clear + 2;
  let previous = -1;
  let count = 0;
  let buffer = 0;
  let buffered = 0;
  let left = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (left === 0) {
      // The size of the next sub-block; 0 ends the chain.
      if (byte === 0) return false;
      left = byte;
      continue;
    }
    left -= 1;
    buffer |= byte << buffered;
    buffered += 8;
    while (buffered >= bits) {
      const code = buffer & ((1 << bits) - 1);
      buffer >>>= bits;
      buffered -= bits;
      if (code === clear) {
        bits = codeBits + 1;
        next = clear + 2;
        previous = -1;
        continue;
      }
      if (code === clear + 1 || code > next || (previous < 0 && code >= clear)) return false;
      if (previous >= 0 && next < MOST_CODES) {
        lengths[next] = (lengths[previous] ?? 0) + 1;
        next += 1;
        if (next === 1 << bits && bits < 12) bits += 1;
      }
      count += lengths[code] ?? 0;
      if (count >= pixels) return true;
      previous = code;
    }
  }
  return false;
}

function rejectGif(what: string): RejectedError {
  return new RejectedError(
    'CORRUPT_IMAGE',
    `The GIF ${what}. Send it again, or export it again from its source.`,
  );
}
