import type { AnimationFrames } from './animation-frames.ts';

const SCREEN_BYTES = 13;
const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
/** Delays below 20 ms are shown as 100 ms, by browsers and FFmpeg alike: they mean "as fast as possible". */
const LEAST_DELAY_MS = 20;
const USUAL_DELAY_MS = 100;

/** The frames of a GIF (GIF89a, sections 18 to 25) whose data are all there. */
export function findGifFrames(bytes: Uint8Array): AnimationFrames | undefined {
  if (bytes.length < SCREEN_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const delaysMs: number[] = [];
  let at = SCREEN_BYTES + colourTableBytes(view.getUint8(10));
  let end = at;
  let delayMs = 0;
  for (;;) {
    const kind = bytes[at];
    if (kind === EXTENSION) {
      if (bytes[at + 1] === GRAPHIC_CONTROL && at + 8 <= bytes.length) {
        delayMs = view.getUint16(at + 4, true) * 10;
      }
      const next = skipBlocks(bytes, at + 2);
      if (next === undefined) break;
      at = next;
    } else if (kind === IMAGE && at + 11 <= bytes.length) {
      const next = skipBlocks(bytes, at + 11 + colourTableBytes(view.getUint8(at + 9)));
      if (next === undefined) break;
      delaysMs.push(delayMs < LEAST_DELAY_MS ? USUAL_DELAY_MS : delayMs);
      delayMs = 0;
      at = next;
      end = next;
    } else break;
  }
  const isCut = bytes[at] !== TRAILER;
  const whole = isCut ? Buffer.concat([bytes.subarray(0, end), Uint8Array.of(TRAILER)]) : bytes;
  return { delaysMs, widthPx: view.getUint16(6, true), heightPx: view.getUint16(8, true), whole, isCut };
}

/** Bytes of the colour table that a packed field announces. */
function colourTableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * (2 << (packed & 7));
}

/** Where a chain of sub-blocks ends; `undefined` when the file ends before. */
function skipBlocks(bytes: Uint8Array, start: number): number | undefined {
  for (let at = start; at < bytes.length; ) {
    const size = bytes[at] ?? 0;
    if (size === 0) return at + 1;
    at += 1 + size;
  }
  return undefined;
}
