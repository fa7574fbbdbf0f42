import type { ImageMediaType } from './media-types.ts';

const HEVC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
const AV1_BRANDS = new Set(['avif', 'avis']);
const HEIF_BRANDS = new Set(['mif1', 'msf1', 'mif2']);
const BMP_HEADER_SIZES = new Set([12, 40, 52, 56, 64, 108, 124]);

/**
 * Media type of an image from its first bytes; 64 are enough.
 * Signatures: PNG (ISO/IEC 15948), JPEG (ITU-T T.81), GIF89a, RIFF WebP (RFC 9649), TIFF 6.0 and BigTIFF,
 * Windows bitmap headers, HEIF brands (ISO/IEC 23008-12).
 */
export function detectImage(head: Uint8Array): ImageMediaType | undefined {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  const text = (start: number, end: number) => String.fromCharCode(...head.subarray(start, end));
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'image/gif';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp';
  if (text(0, 4) === 'II*\0' || text(0, 4) === 'MM\0*') return 'image/tiff';
  if (text(0, 8) === 'II+\0\x08\0\0\0' || text(0, 8) === 'MM\0+\0\x08\0\0') return 'image/tiff';
  if (text(0, 2) === 'BM' && head.length >= 18 && BMP_HEADER_SIZES.has(readUint32LE(head, 14))) {
    return 'image/bmp';
  }
  if (text(4, 8) === 'ftyp') return detectHeif(head);
  return undefined;
}

/** The codec's brand decides; a file that names only the container is left to the HEIC decoder. */
function detectHeif(head: Uint8Array): ImageMediaType | undefined {
  const size = Math.min(readUint32BE(head, 0), head.length);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= size; at += 4) {
    // Bytes 12..16 are the minor version, not a brand.
    if (at !== 12) brands.push(String.fromCharCode(...head.subarray(at, at + 4)));
  }
  if (brands.some((brand) => AV1_BRANDS.has(brand))) return 'image/avif';
  if (brands.some((brand) => HEVC_BRANDS.has(brand))) return 'image/heic';
  const [major] = brands;
  return major !== undefined && HEIF_BRANDS.has(major) ? 'image/heic' : undefined;
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((value, index) => bytes[index] === value);
}

function readUint32LE(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}

function readUint32BE(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}
