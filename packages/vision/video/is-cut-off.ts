import type { DecodedMediaType } from './media-types.ts';

/** A known ID of Matroska (RFC 9559): everything but the header lies in one segment. */
const SEGMENT = 0x18538067;
/** `IEND`, as four bytes. */
const IEND = 0x49454e44;

/** Whether the outermost parts of a container state more bytes than the file has. */
export function isCutOff(bytes: Uint8Array, mediaType: DecodedMediaType): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (mediaType) {
    case 'video/x-msvideo':
      return endsInRiff(view);
    case 'image/png':
      return endsInChunk(view);
    case 'image/avif':
    case 'video/mp4':
    case 'video/quicktime':
      return endsInBox(view);
    default:
      return endsInSegment(view);
  }
}

/** Chunks of a PNG: length, name, content, checksum, behind a signature of 8 bytes; the last one is `IEND`. */
function endsInChunk(view: DataView): boolean {
  let at = 8;
  while (at + 12 <= view.byteLength) at += 12 + view.getUint32(at);
  return at > view.byteLength || view.getUint32(at - 8) !== IEND;
}

function endsInBox(view: DataView): boolean {
  let at = 0;
  while (at + 16 <= view.byteLength) {
    const size = view.getUint32(at);
    const length = size === 1 ? Number(view.getBigUint64(at + 8)) : size;
    // 0 means: to the end of the file.
    if (length < 8) return false;
    at += length;
  }
  return at > view.byteLength;
}

function endsInRiff(view: DataView): boolean {
  let at = 0;
  while (at + 8 <= view.byteLength) {
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size % 2);
  }
  // The last part may leave out its padding.
  return at > view.byteLength + 1;
}

function endsInSegment(view: DataView): boolean {
  const header = readSize(view, 4);
  if (header === undefined) return false;
  const at = header.end + header.size;
  if (at + 12 > view.byteLength || view.getUint32(at) !== SEGMENT) return false;
  const segment = readSize(view, at + 4);
  return segment !== undefined && segment.end + segment.size > view.byteLength;
}

/** A size of EBML (RFC 8794, section 4): as many bytes as the first one's leading zeros say; all ones mean unknown. */
function readSize(view: DataView, at: number): { readonly size: number; readonly end: number } | undefined {
  if (at >= view.byteLength) return undefined;
  const first = view.getUint8(at);
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > view.byteLength) return undefined;
  let size = first & (0xff >> length);
  let isUnknown = size === 0xff >> length;
  for (let i = 1; i < length; i++) {
    const byte = view.getUint8(at + i);
    size = size * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return isUnknown ? undefined : { size, end: at + length };
}
