import { detectImage } from '../../image/detect-image.ts';

/** Enough of a file for `findMovingStill`. */
export const HEAD_BYTES = 65_536;

/** Formats of pictures that may move and that the decoder of video reads. */
export type MovingStillType = 'image/avif' | 'image/png';

const PNG_SIGNATURE_BYTES = 8;
/** Length, name and checksum around the content of a PNG's chunk. */
const CHUNK_FRAME_BYTES = 12;
const BOX_HEADER_BYTES = 8;

/**
 * Whether a file that begins with `head` (its first `HEAD_BYTES`) is a PNG with several frames or an AVIF image sequence, and
 * which. Both have a still picture too, for programs that show nothing else: with a single frame they are no more than that.
 */
export function findMovingStill(head: Uint8Array): MovingStillType | undefined {
  const mediaType = detectImage(head);
  if (mediaType === 'image/png') return countPngFrames(head) > 1 ? mediaType : undefined;
  return mediaType === 'image/avif' && namesSequence(head) && !isSinglePicture(head) ? mediaType : undefined;
}

/** Frames that the `acTL` chunk states; it comes before the first `IDAT` (PNG, third edition, section 11.3.5.1). */
function countPngFrames(head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (let at = PNG_SIGNATURE_BYTES; at + CHUNK_FRAME_BYTES <= head.length; ) {
    const name = String.fromCharCode(...head.subarray(at + 4, at + 8));
    if (name === 'acTL') return view.getUint32(at + 8);
    if (name === 'IDAT' || name === 'IEND') return 0;
    at += CHUNK_FRAME_BYTES + view.getUint32(at);
  }
  return 0;
}

/**
 * Whether a file holds a picture and a sequence of one frame beside it (ISO/IEC 14496-12, sections 8.1.1, 8.7.3 and 8.11.1). A
 * head that does not say so does not.
 */
function isSinglePicture(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (findBox(view, 0, 'meta') === undefined) return false;
  let at: number | undefined = 0;
  for (const name of ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsz']) {
    at = findBox(view, at, name);
    if (at === undefined) return false;
  }
  // Version and flags, the size of all samples, their number.
  return at + 12 <= head.length && view.getUint32(at + 8) === 1;
}

/** Where the content of a box begins, the first of its name among those from `at` on. */
function findBox(view: DataView, at: number, name: string): number | undefined {
  for (let box = at; box + BOX_HEADER_BYTES <= view.byteLength; ) {
    const found = Buffer.from(view.buffer, view.byteOffset + box + 4, 4).toString('latin1');
    if (found === name) return box + BOX_HEADER_BYTES;
    // Smaller than its own header stands for sizes that no box before these has.
    box += Math.max(BOX_HEADER_BYTES, view.getUint32(box));
  }
  return undefined;
}

/** Image sequences have the brand `avis` first in their `ftyp` box (AV1 Image File Format, section 6.3). */
function namesSequence(head: Uint8Array): boolean {
  return String.fromCharCode(...head.subarray(8, 12)) === 'avis';
}
