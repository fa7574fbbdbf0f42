/**
 * Reflected CRCs by table. A CRC of up to 64 bits is held as two 32-bit halves, since BigInt per byte
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

/** Bytes taken in one step. */
const STEP = 8;
const tablesOf = new Map<CrcParameters, { readonly low: Int32Array; readonly high: Int32Array }>();

/**
 * The CRC of every single byte, in two halves, and of every byte with 1 to 7 zero bytes after it: entry
 * `256 * zeros + byte`. With these, eight bytes take one step ("slicing by 8").
 */
function getTables(parameters: CrcParameters) {
  const known = tablesOf.get(parameters);
  if (known) return known;
  const tables = { low: new Int32Array(256 * STEP), high: new Int32Array(256 * STEP) };
  const single = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 1n ? (value >> 1n) ^ parameters.polynomial : value >> 1n;
    }
    return value;
  });
  for (const [byte, start] of single.entries()) {
    let value = start;
    for (let zeros = 0; zeros < STEP; zeros += 1) {
      tables.low[256 * zeros + byte] = Number(BigInt.asIntN(32, value));
      tables.high[256 * zeros + byte] = Number(BigInt.asIntN(32, value >> 32n));
      value = (value >> 8n) ^ (single[Number(value & 255n)] ?? 0n);
    }
  }
  tablesOf.set(parameters, tables);
  return tables;
}

/** A running CRC with all bits set at the start and inverted at the end. */
export function createCrc(parameters: CrcParameters): Crc {
  const { low, high } = getTables(parameters);
  let l = -1;
  let h = parameters.width === 64 ? -1 : 0;

  function updateByte(byte: number): void {
    const entry = (l ^ byte) & 255;
    l = ((l >>> 8) | (h << 24)) ^ (low[entry] as number);
    h = (h >>> 8) ^ (high[entry] as number);
  }

  return {
    update(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const whole = bytes.length - (bytes.length % STEP);
      for (let index = 0; index < whole; index += STEP) {
        const a = l ^ view.getInt32(index, true);
        const b = h ^ view.getInt32(index + 4, true);
        l = combine(low, a, b);
        h = combine(high, a, b);
      }
      for (let index = whole; index < bytes.length; index += 1) updateByte(bytes[index] as number);
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeUInt32BE(~h >>> 0, 0);
      out.writeUInt32BE(~l >>> 0, 4);
      return out.subarray(8 - parameters.width / 8);
    },
  };
}

/** The sum of eight bytes' entries: `a` holds the first four, least significant first, and `b` the rest. */
function combine(table: Int32Array, a: number, b: number): number {
  return (
    (table[1792 + (a & 255)] as number) ^
    (table[1536 + ((a >>> 8) & 255)] as number) ^
    (table[1280 + ((a >>> 16) & 255)] as number) ^
    (table[1024 + (a >>> 24)] as number) ^
    (table[768 + (b & 255)] as number) ^
    (table[512 + ((b >>> 8) & 255)] as number) ^
    (table[256 + ((b >>> 16) & 255)] as number) ^
    (table[b >>> 24] as number)
  );
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
