import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CRC32, CRC32C, CRC64NVME, type CrcParameters, combineCrcs, createCrc } from './crc.ts';
import { createNotImplemented, S3Error } from './errors.ts';

/** Source: S3 User Guide, "Checking object integrity for data uploads". */
const ALGORITHMS = {
  CRC32: { bytes: 4, crc: CRC32, create: createNativeCrc32 },
  CRC32C: { bytes: 4, crc: CRC32C, create: () => createCrc(CRC32C) },
  CRC64NVME: { bytes: 8, crc: CRC64NVME, create: () => createCrc(CRC64NVME) },
  SHA1: { bytes: 20, crc: undefined, create: () => createHash('sha1') },
  SHA256: { bytes: 32, crc: undefined, create: () => createHash('sha256') },
} as const satisfies Record<string, { bytes: number; crc: CrcParameters | undefined; create: () => Digest }>;
const HEADER_PREFIX = 'x-amz-checksum-';
const NOT_CHECKSUMS = ['algorithm', 'mode', 'type'];

export type ChecksumAlgorithm = keyof typeof ALGORITHMS;
/** FULL_OBJECT is over the bytes; COMPOSITE is over the parts' checksums, with `-<parts>` appended. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64, big-endian for CRCs. */
  readonly value: string;
  readonly type: ChecksumType;
}

/** What S3 computes when the client names no algorithm. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

export interface Digest {
  update(bytes: Uint8Array): unknown;
  digest(): Buffer;
}

export function createDigest(algorithm: ChecksumAlgorithm): Digest {
  return ALGORITHMS[algorithm].create();
}

function createNativeCrc32(): Digest {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    digest: () => Buffer.from(value.toString(16).padStart(8, '0'), 'hex'),
  };
}

/** `x-amz-checksum-crc32` for CRC32. */
export function getChecksumHeader(algorithm: ChecksumAlgorithm): string {
  return HEADER_PREFIX + algorithm.toLowerCase();
}

/** The elements S3 uses in XML: `ChecksumCRC32` and its type. */
export function describeChecksum({ algorithm, value, type }: Checksum): Record<string, string> {
  return { [`Checksum${algorithm}`]: value, ChecksumType: type };
}

export function writeChecksumHeaders({ algorithm, value, type }: Checksum): Record<string, string> {
  return { [getChecksumHeader(algorithm)]: value, 'x-amz-checksum-type': type };
}

export function parseAlgorithm(text: string): ChecksumAlgorithm {
  const name = text.toUpperCase();
  if (Object.hasOwn(ALGORITHMS, name)) return name as ChecksumAlgorithm;
  throw createNotImplemented(`the checksum algorithm ${text}`);
}

/** The algorithm a checksum header name stands for; undefined for any other header. */
export function parseChecksumHeader(name: string): ChecksumAlgorithm | undefined {
  const rest = name.startsWith(HEADER_PREFIX) ? name.slice(HEADER_PREFIX.length) : '';
  return rest === '' || NOT_CHECKSUMS.includes(rest) ? undefined : parseAlgorithm(rest);
}

/** Throws InvalidRequest unless the value is base64 of the algorithm's length. */
export function checkChecksumValue(algorithm: ChecksumAlgorithm, value: string): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === ALGORITHMS[algorithm].bytes && bytes.toString('base64') === value) return;
  throw new S3Error('InvalidRequest', `Value for ${getChecksumHeader(algorithm)} header is invalid.`);
}

/** The one checksum header of a request, checked for form. Throws InvalidRequest when there are several. */
export function readChecksumHeader(
  headers: ReadonlyMap<string, string>,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const found = [...headers].flatMap(([name, value]) => {
    const algorithm = parseChecksumHeader(name);
    return algorithm ? [{ algorithm, value }] : [];
  });
  if (found.length > 1) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header');
  const [checksum] = found;
  if (checksum) checkChecksumValue(checksum.algorithm, checksum.value);
  return checksum;
}

export function createBadChecksum(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}

/** CRCs combine over parts, which a FULL_OBJECT needs; S3 has no composite CRC64NVME. */
export function checkChecksumType(algorithm: ChecksumAlgorithm, type: ChecksumType): void {
  const isPossible = type === 'FULL_OBJECT' ? ALGORITHMS[algorithm].crc : algorithm !== 'CRC64NVME';
  if (isPossible) return;
  const name = algorithm.toLowerCase();
  throw new S3Error('InvalidRequest', `The ${type} checksum type cannot be used with ${name}.`);
}

/** The checksum of a multipart object from its parts' checksums and sizes in bytes. */
export function joinChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { readonly checksum: string; readonly size: number }[],
): Checksum {
  const { bytes, crc } = ALGORITHMS[algorithm];
  if (type === 'FULL_OBJECT' && crc) {
    const add = (sum: Buffer, { checksum, size }: (typeof parts)[number]) =>
      combineCrcs(sum, Buffer.from(checksum, 'base64'), size, crc);
    return { algorithm, type, value: parts.reduce(add, Buffer.alloc(bytes)).toString('base64') };
  }
  const digest = createDigest(algorithm);
  for (const { checksum } of parts) digest.update(Buffer.from(checksum, 'base64'));
  return { algorithm, type, value: `${digest.digest().toString('base64')}-${parts.length}` };
}
