import { RejectedError } from '../rejected-error.ts';

/** What the headers of a bitmap say. Layouts: BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV4HEADER, BITMAPV5HEADER. */
export interface BmpHeader {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly topDown: boolean;
  /** Bits per pixel: 1, 2, 4 or 8 with a palette; 16, 24 or 32 without. */
  readonly bits: number;
  readonly runLengths: boolean;
  /** Byte offset of the pixels. */
  readonly pixelsAt: number;
  /** RGB triples. Present for 8 bits and fewer. */
  readonly palette?: Uint8Array;
  /** Bits of each sample in a little-endian pixel. Present for 16 bits and for explicit masks. */
  readonly masks?: {
    readonly red: number;
    readonly green: number;
    readonly blue: number;
    readonly alpha: number;
  };
  /** Embedded ICC profile. */
  readonly profile?: Uint8Array;
}

const FILE_HEADER_BYTES = 14;
const CORE_HEADER_BYTES = 12;
const INFO_HEADER_BYTES = 40;
const V4_HEADER_BYTES = 108;
const V5_HEADER_BYTES = 124;
const PLAIN = 0;
const RLE8 = 1;
const RLE4 = 2;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;
/** `MBED`: the profile is in the file, not beside it. */
const PROFILE_EMBEDDED = 0x4d424544;
/** 5 bits each, the only layout of 16-bit pixels without masks. */
const DEFAULT_MASKS_16 = { red: 0x7c00, green: 0x03e0, blue: 0x001f, alpha: 0 };

/** @throws RejectedError CORRUPT_IMAGE, UNSUPPORTED_VARIANT */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FILE_HEADER_BYTES + CORE_HEADER_BYTES) throw rejectTruncated();
  const pixelsAt = view.getUint32(10, true);
  const headerBytes = view.getUint32(14, true);
  if (bytes.length < FILE_HEADER_BYTES + headerBytes) throw rejectTruncated();
  if (headerBytes === CORE_HEADER_BYTES) {
    const bits = view.getUint16(24, true);
    return {
      widthPx: view.getUint16(18, true),
      heightPx: view.getUint16(20, true),
      topDown: false,
      bits,
      runLengths: false,
      pixelsAt,
      ...readColours(bytes, view, { bits, compression: PLAIN, headerBytes, colours: 0, entryBytes: 3 }),
    };
  }
  const height = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const colours = view.getUint32(46, true);
  const profile = headerBytes === V5_HEADER_BYTES ? readProfile(bytes, view) : undefined;
  return {
    widthPx: view.getInt32(18, true),
    heightPx: Math.abs(height),
    topDown: height < 0,
    bits,
    runLengths: compression === RLE8 || compression === RLE4,
    pixelsAt,
    ...readColours(bytes, view, { bits, compression, headerBytes, colours, entryBytes: 4 }),
    ...(profile === undefined ? {} : { profile }),
  };
}

interface ColourFields {
  readonly bits: number;
  readonly compression: number;
  readonly headerBytes: number;
  /** Palette entries stated; 0 is all that the bits can name. */
  readonly colours: number;
  readonly entryBytes: 3 | 4;
}

function readColours(
  bytes: Uint8Array,
  view: DataView,
  fields: ColourFields,
): Pick<BmpHeader, 'palette' | 'masks'> {
  const { bits, compression, headerBytes } = fields;
  if (isPaletted(bits, compression)) return { palette: readPalette(bytes, fields) };
  if (compression === PLAIN && bits === 16) return { masks: DEFAULT_MASKS_16 };
  if (compression === PLAIN && (bits === 24 || bits === 32)) return {};
  const masked = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  // In an OS/2 header (64 bytes) the same number means Huffman coding.
  if (masked && headerBytes !== 64 && (bits === 16 || bits === 32)) {
    return { masks: readMasks(view, headerBytes, compression) };
  }
  throw new RejectedError(
    'UNSUPPORTED_VARIANT',
    `The bitmap has ${bits} bits per pixel in compression ${compression}, which cannot be read. Save it as PNG.`,
    { bits, compression },
  );
}

function isPaletted(bits: number, compression: number): boolean {
  if (compression === PLAIN) return bits === 1 || bits === 2 || bits === 4 || bits === 8;
  return (compression === RLE8 && bits === 8) || (compression === RLE4 && bits === 4);
}

function readPalette(
  bytes: Uint8Array,
  { bits, headerBytes, colours, entryBytes }: ColourFields,
): Uint8Array {
  const at = FILE_HEADER_BYTES + headerBytes;
  const stated = colours === 0 ? 1 << bits : Math.min(colours, 1 << bits);
  const entries = Math.min(stated, Math.floor((bytes.length - at) / entryBytes));
  const palette = new Uint8Array(entries * 3);
  for (let entry = 0; entry < entries; entry++) {
    const [blue = 0, green = 0, red = 0] = bytes.subarray(at + entry * entryBytes);
    palette.set([red, green, blue], entry * 3);
  }
  return palette;
}

/** The masks follow a 40-byte header; a longer one contains them at the same place. */
function readMasks(
  view: DataView,
  headerBytes: number,
  compression: number,
): NonNullable<BmpHeader['masks']> {
  const at = FILE_HEADER_BYTES + INFO_HEADER_BYTES;
  const hasAlpha = headerBytes >= 56 || compression === ALPHA_BIT_FIELDS;
  if (view.byteLength < at + (hasAlpha ? 16 : 12)) throw rejectTruncated();
  return {
    red: view.getUint32(at, true),
    green: view.getUint32(at + 4, true),
    blue: view.getUint32(at + 8, true),
    alpha: hasAlpha ? view.getUint32(at + 12, true) : 0,
  };
}

function readProfile(bytes: Uint8Array, view: DataView): Uint8Array | undefined {
  if (view.getUint32(FILE_HEADER_BYTES + 56, true) !== PROFILE_EMBEDDED) return undefined;
  const at = FILE_HEADER_BYTES + view.getUint32(FILE_HEADER_BYTES + V4_HEADER_BYTES + 4, true);
  const size = view.getUint32(FILE_HEADER_BYTES + V4_HEADER_BYTES + 8, true);
  return at + size <= bytes.length && size > 0 ? bytes.subarray(at, at + size) : undefined;
}

function rejectTruncated(): RejectedError {
  return new RejectedError(
    'CORRUPT_IMAGE',
    'The bitmap ends within its header. Send it again, or export it again from its source.',
  );
}
