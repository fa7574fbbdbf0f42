/** What a page of a TIFF file says of its samples. Missing numbers are those that TIFF 6.0 supposes. */
export interface TiffPage {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Samples per pixel, and bits of the first. */
  readonly samples: number;
  readonly bits: number;
  /** 1 unsigned, 2 signed, 3 floating point, 4 undefined. */
  readonly sampleFormat: number;
  /** 0 and 1 are greys, 2 is RGB. */
  readonly photometric: number;
  /** A smaller copy of another page, or a mask of it (NewSubfileType, bits 0 and 2). */
  readonly isCopy: boolean;
}

const MOST_PAGES = 4096;
const TAGS = {
  subfileType: 254,
  width: 256,
  height: 257,
  bits: 258,
  photometric: 262,
  samples: 277,
  sampleFormat: 339,
} as const;
/** Bytes of a value by its field type: BYTE, SHORT, LONG and BigTIFF's LONG8; others are no numbers of these tags. */
const SIZES: Readonly<Record<number, 1 | 2 | 4 | 8>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };
const REDUCED_OR_MASK = 0b101;

/**
 * The pages of a TIFF or BigTIFF file in their order, as far as they can be read: damage is the decoder's to find. A chain of
 * directories that comes back to itself ends there.
 */
export function readTiffPages(bytes: Uint8Array): readonly TiffPage[] {
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  const reader = openDirectories(bytes);
  for (let at = reader?.first; at !== undefined && at > 0 && !seen.has(at) && seen.size < MOST_PAGES; ) {
    seen.add(at);
    const directory: ReturnType<DirectoryReader['read']> = reader?.read(at);
    if (directory === undefined) break;
    pages.push(directory.page);
    at = directory.next;
  }
  return pages;
}

interface DirectoryReader {
  readonly first: number;
  /** `undefined` when the directory lies outside the file. */
  readonly read: (at: number) => { readonly page: TiffPage; readonly next: number } | undefined;
}

function openDirectories(bytes: Uint8Array): DirectoryReader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16) return undefined;
  const little = bytes[0] === 0x49;
  const isBig = view.getUint16(2, little) === 43;
  const word = (at: number) => (isBig ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const [countBytes, entryBytes, wordBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
  const read = (at: number) => {
    if (at + countBytes > bytes.length) return undefined;
    const count = isBig ? word(at) : view.getUint16(at, little);
    const end = at + countBytes + count * entryBytes;
    if (end + wordBytes > bytes.length) return undefined;
    const values = new Map<number, number>();
    for (let entry = at + countBytes; entry < end; entry += entryBytes) {
      const size = SIZES[view.getUint16(entry + 2, little)];
      if (size === undefined) continue;
      const stated = isBig ? word(entry + 4) : view.getUint32(entry + 4, little);
      const field = entry + (isBig ? 12 : 8);
      // More values than fit stand elsewhere in the file.
      const place = stated * size > wordBytes ? word(field) : field;
      if (place + size <= bytes.length)
        values.set(view.getUint16(entry, little), readValue(view, place, size, little));
    }
    return { page: describePage(values), next: word(end) };
  };
  return { first: word(isBig ? 8 : 4), read };
}

function readValue(view: DataView, at: number, size: 1 | 2 | 4 | 8, little: boolean): number {
  if (size === 1) return view.getUint8(at);
  if (size === 2) return view.getUint16(at, little);
  return size === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
}

function describePage(values: ReadonlyMap<number, number>): TiffPage {
  const pick = (tag: number, usual: number) => values.get(tag) ?? usual;
  return {
    widthPx: pick(TAGS.width, 0),
    heightPx: pick(TAGS.height, 0),
    samples: pick(TAGS.samples, 1),
    bits: pick(TAGS.bits, 1),
    sampleFormat: pick(TAGS.sampleFormat, 1),
    photometric: pick(TAGS.photometric, 1),
    isCopy: (pick(TAGS.subfileType, 0) & REDUCED_OR_MASK) !== 0,
  };
}
