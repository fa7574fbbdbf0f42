import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CRC32, CRC32C, CRC64NVME, type CrcParameters, combineCrcs, createCrc } from './crc.ts';
import { createNotImplemented, S3Error } from './errors.ts';

/** Source: S3 User Guide, "Checking object integrity for data uploads". */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];
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

const LENGTHS: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};
const HEADER_PREFIX = 'x-amz-checksum-';
const NOT_CHECKSUMS = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);

export interface Digest {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

export function createDigest(algorithm: ChecksumAlgorithm): Digest {
  switch (algorithm) {
    case 'CRC32':
      return createNativeCrc32();
    case 'CRC32C':
      return createCrc(CRC32C);
    case 'CRC64NVME':
      return createCrc(CRC64NVME);
    default:
      return createHash(algorithm.toLowerCase());
  }
}

function createNativeCrc32(): Digest {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(value);
      return out;
    },
  };
}

/** `x-amz-checksum-crc32` for CRC32. */
export function getChecksumHeader(algorithm: ChecksumAlgorithm): string {
  return HEADER_PREFIX + algorithm.toLowerCase();
}

/** `ChecksumCRC32` for CRC32: the element S3 uses in XML. */
export function getChecksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

export function parseAlgorithm(text: string): ChecksumAlgorithm {
  const known = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === text.toUpperCase());
  if (known) return known;
  throw createNotImplemented(`the checksum algorithm ${text}`);
}

/** The algorithm a checksum header name stands for; undefined for any other header. */
export function parseChecksumHeader(name: string): ChecksumAlgorithm | undefined {
  if (!name.startsWith(HEADER_PREFIX) || NOT_CHECKSUMS.has(name)) return undefined;
  return parseAlgorithm(name.slice(HEADER_PREFIX.length));
}

/** Throws InvalidRequest unless the value is base64 of the algorithm's length. */
export function checkChecksumValue(algorithm: ChecksumAlgorithm, value: string): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === LENGTHS[algorithm] && bytes.toString('base64') === value) return;
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
  if (found.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [checksum] = found;
  if (checksum) checkChecksumValue(checksum.algorithm, checksum.value);
  return checksum;
}

export function createBadChecksum(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}

/** The checksum of parts' checksums, `<base64>-<number of parts>`. */
export function composeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): string {
  const digest = createDigest(algorithm);
  for (const part of parts) digest.update(Buffer.from(part, 'base64'));
  return `${digest.digest().toString('base64')}-${parts.length}`;
}

const CRCS: Partial<Record<ChecksumAlgorithm, CrcParameters>> = { CRC32, CRC32C, CRC64NVME };

export function canBeFullObject(algorithm: ChecksumAlgorithm): boolean {
  return CRCS[algorithm] !== undefined;
}

/** The checksum of all parts' bytes from each part's own. Throws for SHA1 and SHA256, which do not combine. */
export function combineChecksums(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly value: string; readonly size: number }[],
): string {
  const parameters = CRCS[algorithm];
  if (!parameters) {
    throw new S3Error(
      'InvalidRequest',
      `The FULL_OBJECT checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  const empty = Buffer.alloc(parameters.width / 8);
  return parts
    .reduce<Buffer>(
      (sum, { value, size }) => combineCrcs(sum, Buffer.from(value, 'base64'), size, parameters),
      empty,
    )
    .toString('base64');
}
