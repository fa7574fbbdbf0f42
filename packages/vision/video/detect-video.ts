import type { VideoMediaType } from './media-types.ts';

/** Boxes with which a QuickTime file without `ftyp` begins (QuickTime File Format, "Movie atoms"). */
const QUICKTIME_BOXES = new Set(['moov', 'mdat', 'wide', 'pnot']);
const EBML = '\x1a\x45\xdf\xa3';

/**
 * Media type of a video container from its first bytes; 64 are enough. Pictures in the same boxes (HEIC, AVIF) are
 * recognised before. Signatures: ISO/IEC 14496-12 `ftyp`, QuickTime, EBML (RFC 8794) with its DocType, RIFF `AVI `.
 */
export function detectVideo(head: Uint8Array): VideoMediaType | undefined {
  const text = Buffer.from(head.subarray(0, 64)).toString('latin1');
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'AVI ') return 'video/x-msvideo';
  if (text.startsWith(EBML)) return /\x42\x82.webm/s.test(text) ? 'video/webm' : 'video/x-matroska';
  const box = text.slice(4, 8);
  if (box === 'ftyp') return text.slice(8, 12) === 'qt  ' ? 'video/quicktime' : 'video/mp4';
  return QUICKTIME_BOXES.has(box) && readSize(head) >= 8 ? 'video/quicktime' : undefined;
}

/** Size of the first box; 1 stands for a size of 64 bits after its name, 0 for the rest of the file. */
function readSize(head: Uint8Array): number {
  const size = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0);
  return size === 1 || size === 0 ? 8 : size;
}
