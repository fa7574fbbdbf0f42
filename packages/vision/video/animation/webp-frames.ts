import type { AnimationFrames } from './animation-frames.ts';

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** An `ANMF` chunk begins with place, size, duration and flags; then come the chunks of its picture. */
const FRAME_HEADER_BYTES = 16;
const ANIMATED = 0x02;

/** The frames of an animated WebP (RFC 9649, section 2.7) whose data are all there; `undefined` for a still one. */
export function findWebpFrames(bytes: Uint8Array): AnimationFrames | undefined {
  if (bytes.length < RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES + 10 || readName(bytes, 12) !== 'VP8X')
    return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if ((view.getUint8(20) & ANIMATED) === 0) return undefined;
  const delaysMs: number[] = [];
  let at = RIFF_HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= bytes.length) {
    const size = view.getUint32(at + 4, true);
    const next = at + CHUNK_HEADER_BYTES + size + (size % 2);
    if (next > bytes.length) break;
    if (readName(bytes, at) === 'ANMF' && size >= FRAME_HEADER_BYTES) {
      delaysMs.push(readUint24(view, at + CHUNK_HEADER_BYTES + 12));
    }
    at = next;
  }
  const stated = view.getUint32(4, true) + CHUNK_HEADER_BYTES;
  const isCut = at !== bytes.length || stated > bytes.length;
  const [widthPx, heightPx] = [readUint24(view, 24) + 1, readUint24(view, 27) + 1];
  return { delaysMs, widthPx, heightPx, whole: isCut ? close(bytes.subarray(0, at)) : bytes, isCut };
}

function close(chunks: Uint8Array): Uint8Array {
  const file = Uint8Array.from(chunks);
  new DataView(file.buffer).setUint32(4, file.length - CHUNK_HEADER_BYTES, true);
  return file;
}

function readName(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function readUint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
