/** An uncompressed TIFF in memory whose pixels are still to be filled in. */
export interface BlankTiff {
  readonly bytes: Uint8Array;
  /** The part of `bytes` that holds rows from the top, samples interleaved, 8 bits each, nothing between rows. */
  readonly pixels: Uint8Array;
}

interface TiffShape {
  readonly width: number;
  readonly height: number;
  /** RGB, or RGB and unassociated alpha. */
  readonly channels: 3 | 4;
  /** ICC profile the samples are in; sRGB when absent. */
  readonly profile?: Uint8Array | undefined;
}

const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;
const HEADER_BYTES = 8;
/** libtiff reads a strip at a time; the specification recommends small ones. */
const STRIP_BYTES = 1 << 18;

interface Field {
  readonly tag: number;
  readonly type: typeof SHORT | typeof LONG | typeof UNDEFINED;
  readonly values: ArrayLike<number>;
}

/** Lays out a little-endian baseline RGB TIFF (TIFF 6.0, sections 2, 6 and 18; ICC.1 annex B.4). */
export function createTiff({ width, height, channels, profile }: TiffShape): BlankTiff {
  const rowBytes = width * channels;
  const rowsPerStrip = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / rowBytes)));
  const strips = Math.ceil(height / rowsPerStrip);
  const offsets = new Uint32Array(strips);
  const counts = new Uint32Array(strips).fill(rowsPerStrip * rowBytes);
  counts[strips - 1] = (height - (strips - 1) * rowsPerStrip) * rowBytes;

  const fields: Field[] = [
    { tag: 256, type: LONG, values: [width] },
    { tag: 257, type: LONG, values: [height] },
    { tag: 258, type: SHORT, values: new Array<number>(channels).fill(8) },
    { tag: 259, type: SHORT, values: [1] },
    { tag: 262, type: SHORT, values: [2] },
    { tag: 273, type: LONG, values: offsets },
    { tag: 277, type: SHORT, values: [channels] },
    { tag: 278, type: LONG, values: [rowsPerStrip] },
    { tag: 279, type: LONG, values: counts },
  ];
  if (channels === 4) fields.push({ tag: 338, type: SHORT, values: [2] });
  if (profile !== undefined) fields.push({ tag: 34675, type: UNDEFINED, values: profile });

  const directoryBytes = 2 + fields.length * 12 + 4;
  const outside = fields.reduce((sum, field) => sum + padded(outsideBytes(field)), 0);
  const pixelsAt = HEADER_BYTES + directoryBytes + outside;
  for (let strip = 0; strip < strips; strip++) offsets[strip] = pixelsAt + strip * rowsPerStrip * rowBytes;

  const bytes = new Uint8Array(pixelsAt + height * rowBytes);
  writeDirectory(bytes, fields, HEADER_BYTES + directoryBytes);
  return { bytes, pixels: bytes.subarray(pixelsAt) };
}

function writeDirectory(bytes: Uint8Array, fields: readonly Field[], firstOutside: number): void {
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, HEADER_BYTES, true);
  view.setUint16(HEADER_BYTES, fields.length, true);
  let outsideAt = firstOutside;
  fields.forEach((field, index) => {
    const at = HEADER_BYTES + 2 + index * 12;
    view.setUint16(at, field.tag, true);
    view.setUint16(at + 2, field.type, true);
    view.setUint32(at + 4, field.values.length, true);
    const size = outsideBytes(field);
    if (size > 0) view.setUint32(at + 8, outsideAt, true);
    writeValues(view, size > 0 ? outsideAt : at + 8, field);
    outsideAt += padded(size);
  });
}

function writeValues(view: DataView, at: number, { type, values }: Field): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (type === LONG) view.setUint32(at + 4 * index, value, true);
    else if (type === SHORT) view.setUint16(at + 2 * index, value, true);
    else view.setUint8(at + index, value);
  }
}

/** Bytes of values that do not fit into the entry's own four. */
function outsideBytes({ type, values }: Field): number {
  const size = values.length * (type === LONG ? 4 : type === SHORT ? 2 : 1);
  return size > 4 ? size : 0;
}

function padded(size: number): number {
  return size + (size % 2);
}
