import { crc32, inflateRawSync } from 'node:zlib';
import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import { rejectCorrupt } from '../reject.ts';

/** A file in an archive, not yet unpacked. */
export interface ZipEntry {
  readonly name: string;
  /** Unpacked, as stated. */
  readonly bytes: number;
  readonly packed: Uint8Array;
  readonly deflated: boolean;
  readonly crc: number;
}

const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const END_MARK = 0x06054b50;
const CENTRAL_MARK = 0x02014b50;
const LOCAL_MARK = 0x04034b50;
const MOST_ENTRIES = 1000;

/**
 * What the central directory of a ZIP lists (PKWARE APPNOTE 6.3, 4.3), without ZIP64. Nothing is unpacked.
 * @throws RejectedError CORRUPT_SERIES, TOO_LARGE_UNPACKED when the stated sizes exceed `maxUnpackedBytes`
 */
export function listEntries(bytes: Uint8Array, { maxUnpackedBytes }: Limits): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MOST_ENTRIES) throw rejectCorrupt(`The archive lists ${count} files.`);
  const entries: ZipEntry[] = [];
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL_MARK) throw rejectArchive();
    const nameBytes = view.getUint16(at + 28, true);
    const entry = readEntry(bytes, view, at, nameBytes);
    total += entry.bytes;
    if (total > maxUnpackedBytes) throw rejectLarge(total, maxUnpackedBytes);
    entries.push(entry);
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** @throws RejectedError CORRUPT_SERIES when the content is not as long as stated, or its checksum differs */
export function unpack({ name, bytes, packed, deflated, crc }: ZipEntry): Uint8Array {
  const data = deflated ? inflate(packed, bytes, name) : packed;
  if (data.length !== bytes || crc32(data) !== crc)
    throw rejectCorrupt(`The file ${name} in the archive is damaged.`);
  return data;
}

function inflate(packed: Uint8Array, bytes: number, name: string): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: bytes + 1 });
  } catch (error) {
    throw rejectCorrupt(`The file ${name} in the archive is damaged.`, error);
  }
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, nameBytes: number): ZipEntry {
  const method = view.getUint16(at + 10, true);
  const packedBytes = view.getUint32(at + 20, true);
  const local = view.getUint32(at + 42, true);
  const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameBytes))
    .toString('utf8')
    .slice(0, 200);
  if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL_MARK) throw rejectArchive();
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packedBytes > bytes.length) throw rejectArchive();
  if (method !== 0 && method !== 8) {
    throw new RejectedError(
      'UNSUPPORTED_VARIANT',
      'The archive is packed by a method other than deflate. Save it by numpy.savez_compressed.',
      { method },
    );
  }
  return {
    name,
    bytes: view.getUint32(at + 24, true),
    packed: bytes.subarray(start, start + packedBytes),
    deflated: method === 8,
    crc: view.getUint32(at + 16, true),
  };
}

function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END_MARK) return at;
  }
  throw rejectCorrupt('The archive has no directory: it is cut off.');
}

function rejectArchive(): RejectedError {
  return rejectCorrupt('The directory of the archive is damaged.');
}

/** The content would take more memory than allowed once unpacked. */
export function rejectLarge(bytes: number, maxUnpackedBytes: number): RejectedError {
  return new RejectedError(
    'TOO_LARGE_UNPACKED',
    `Unpacked, the file has ${bytes} bytes or more; at most ${maxUnpackedBytes} are accepted. Send a shorter part.`,
    { bytes, maxUnpackedBytes },
  );
}
