/**
 * Reflected CRCs by table. A CRC of up to 64 bits is held as two unsigned 32-bit halves, since BigInt per byte
 * would be a hundred times slower.
 */
export interface CrcParameters {
  readonly width: 32 | 64;
  /** The polynomial with its bits reversed. */
  readonly polynomial: bigint;
}

/** Castagnoli, RFC 3720. */
export const CRC32C: CrcParameters = { width: 32, polynomial: 0x82f63b78n };
export const CRC32: CrcParameters = { width: 32, polynomial: 0xedb88320n };
/** NVM Express NVM Command Set Specification 1.0d, 5.2.1.3.4. */
export const CRC64NVME: CrcParameters = { width: 64, polynomial: 0x9a6c9329ac4bc9b5n };

export interface Crc {
  update(bytes: Uint8Array): void;
  /** Big-endian value of all bytes so far. */
  digest(): Buffer;
}

interface Tables {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

const SLICES = 8;
const tablesOf = new Map<CrcParameters, Tables>();

/** Slicing-by-8 tables: entry `256 * k + b` is the CRC of byte `b` followed by `k` zero bytes. */
function makeTables(parameters: CrcParameters): Tables {
  const low = new Uint32Array(256 * SLICES);
  const high = new Uint32Array(256 * SLICES);
  const polynomialLow = Number(parameters.polynomial & 0xffffffffn);
  const polynomialHigh = Number(parameters.polynomial >> 32n);
  for (let byte = 0; byte < 256; byte += 1) {
    let l = byte;
    let h = 0;
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = l & 1;
      l = (l >>> 1) | ((h & 1) << 31);
      h >>>= 1;
      if (odd) {
        l ^= polynomialLow;
        h ^= polynomialHigh;
      }
    }
    low[byte] = l;
    high[byte] = h;
  }
  for (let entry = 256; entry < 256 * SLICES; entry += 1) {
    const l = low[entry - 256] ?? 0;
    const h = high[entry - 256] ?? 0;
    const byte = l & 255;
    low[entry] = ((l >>> 8) | (h << 24)) ^ (low[byte] ?? 0);
    high[entry] = (h >>> 8) ^ (high[byte] ?? 0);
  }
  return { low, high };
}

function getTables(parameters: CrcParameters): Tables {
  const known = tablesOf.get(parameters);
  if (known) return known;
  const made = makeTables(parameters);
  tablesOf.set(parameters, made);
  return made;
}

/** A running CRC with all bits set at the start and inverted at the end. */
export function createCrc(parameters: CrcParameters): Crc {
  const { low, high } = getTables(parameters);
  let l = -1;
  let h = parameters.width === 64 ? -1 : 0;

  function update(bytes: Uint8Array): void {
    let index = 0;
    const sliced = bytes.length - (bytes.length % SLICES);
    for (; index < sliced; index += SLICES) {
      const a = (bytes[index] as number) ^ (l & 255);
      const b = (bytes[index + 1] as number) ^ ((l >>> 8) & 255);
      const c = (bytes[index + 2] as number) ^ ((l >>> 16) & 255);
      const d = (bytes[index + 3] as number) ^ (l >>> 24);
      const e = (bytes[index + 4] as number) ^ (h & 255);
      const f = (bytes[index + 5] as number) ^ ((h >>> 8) & 255);
      const g = (bytes[index + 6] as number) ^ ((h >>> 16) & 255);
      const i = (bytes[index + 7] as number) ^ (h >>> 24);
      l =
        (low[1792 + a] as number) ^
        (low[1536 + b] as number) ^
        (low[1280 + c] as number) ^
        (low[1024 + d] as number) ^
        (low[768 + e] as number) ^
        (low[512 + f] as number) ^
        (low[256 + g] as number) ^
        (low[i] as number);
      h =
        (high[1792 + a] as number) ^
        (high[1536 + b] as number) ^
        (high[1280 + c] as number) ^
        (high[1024 + d] as number) ^
        (high[768 + e] as number) ^
        (high[512 + f] as number) ^
        (high[256 + g] as number) ^
        (high[i] as number);
    }
    for (; index < bytes.length; index += 1) {
      const entry = (l ^ (bytes[index] as number)) & 255;
      l = ((l >>> 8) | (h << 24)) ^ (low[entry] as number);
      h = (h >>> 8) ^ (high[entry] as number);
    }
  }

  function digest(): Buffer {
    const out = Buffer.alloc(8);
    out.writeUInt32BE(~h >>> 0, 0);
    out.writeUInt32BE(~l >>> 0, 4);
    return parameters.width === 64 ? out : out.subarray(4);
  }

  return { update, digest };
}

/** Product of two polynomials modulo the CRC's, bits reversed as the CRC holds them. */
function multiply(left: bigint, right: bigint, { width, polynomial }: CrcParameters): bigint {
  let product = 0n;
  let shifted = right;
  for (let bit = BigInt(width) - 1n; bit >= 0n; bit -= 1n) {
    if ((left >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}

/**
 * The CRC of two byte strings put together, from the CRC of each and the length of the second in bytes:
 * `first · x^(8 · length) + second`, as in zlib's crc32_combine.
 */
export function combineCrcs(
  first: Buffer,
  second: Buffer,
  secondLength: number,
  parameters: CrcParameters,
): Buffer {
  const one = 1n << (BigInt(parameters.width) - 1n);
  let power = one >> 8n;
  let shift = one;
  for (let length = secondLength; length > 0; length = Math.floor(length / 2)) {
    if (length % 2 === 1) shift = multiply(shift, power, parameters);
    power = multiply(power, power, parameters);
  }
  const combined =
    multiply(BigInt(`0x${first.toString('hex')}`), shift, parameters) ^ BigInt(`0x${second.toString('hex')}`);
  return Buffer.from(combined.toString(16).padStart(parameters.width / 4, '0'), 'hex');
}
