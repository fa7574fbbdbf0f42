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

const tablesOf = new Map<CrcParameters, { readonly low: Uint32Array; readonly high: Uint32Array }>();

/** The CRC of every single byte, in two halves. */
function getTables(parameters: CrcParameters) {
  const known = tablesOf.get(parameters);
  if (known) return known;
  const tables = { low: new Uint32Array(256), high: new Uint32Array(256) };
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 1n ? (value >> 1n) ^ parameters.polynomial : value >> 1n;
    }
    tables.low[byte] = Number(value & 0xffffffffn);
    tables.high[byte] = Number(value >> 32n);
  }
  tablesOf.set(parameters, tables);
  return tables;
}

/** A running CRC with all bits set at the start and inverted at the end. */
export function createCrc(parameters: CrcParameters): Crc {
  const { low, high } = getTables(parameters);
  let l = -1;
  let h = parameters.width === 64 ? -1 : 0;
  return {
    update(bytes) {
      for (let index = 0; index < bytes.length; index += 1) {
        const entry = (l ^ (bytes[index] as number)) & 255;
        l = ((l >>> 8) | (h << 24)) ^ (low[entry] as number);
        h = (h >>> 8) ^ (high[entry] as number);
      }
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeUInt32BE(~h >>> 0, 0);
      out.writeUInt32BE(~l >>> 0, 4);
      return out.subarray(8 - parameters.width / 8);
    },
  };
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
  const read = (crc: Buffer) => BigInt(`0x${crc.toString('hex')}`);
  let power = one >> 8n;
  let shift = one;
  for (let length = secondLength; length > 0; length = Math.floor(length / 2)) {
    if (length % 2 === 1) shift = multiply(shift, power, parameters);
    power = multiply(power, power, parameters);
  }
  const combined = multiply(read(first), shift, parameters) ^ read(second);
  return Buffer.from(combined.toString(16).padStart(parameters.width / 4, '0'), 'hex');
}
