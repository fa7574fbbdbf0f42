import { readVarint } from './page-header.ts';

/**
 * Expands exactly `count` numbers of `width` bits from runs and bit-packed groups (Parquet's RLE hybrid). Runs beyond
 * `count` are cut off, so a lie about their length costs nothing.
 * @throws RangeError when the bytes run out
 */
export function expandHybrid(bytes: Uint8Array, width: number, count: number): Uint32Array {
  const values = new Uint32Array(count);
  if (width > 32) throw new RangeError(`Numbers of ${width} bits.`);
  if (width === 0) return values;
  const valueBytes = Math.ceil(width / 8);
  const reader = { bytes, at: 0 };
  let filled = 0;
  while (filled < count) {
    const head = readVarint(reader);
    if (head === 0) throw new RangeError('An empty run.');
    if (head % 2 === 0) {
      const run = Math.min(count - filled, head / 2);
      let value = 0;
      for (let i = 0; i < valueBytes; i++) value += (bytes[reader.at + i] ?? 0) * 2 ** (8 * i);
      reader.at += valueBytes;
      if (reader.at > bytes.length) throw new RangeError('The runs are cut off.');
      values.fill(value, filled, filled + run);
      filled += run;
    } else {
      const groups = (head - 1) / 2;
      const take = Math.min(count - filled, groups * 8);
      if (reader.at + Math.ceil((take * width) / 8) > bytes.length)
        throw new RangeError('The groups are cut off.');
      unpackBits(bytes, reader.at, width, values.subarray(filled, filled + take));
      reader.at += groups * width;
      filled += take;
    }
  }
  return values;
}

/** Numbers of `width` bits, the lowest bits first. */
function unpackBits(bytes: Uint8Array, from: number, width: number, target: Uint32Array): void {
  let at = from;
  // A double holds the up to 39 bits that are waiting.
  let waiting = 0;
  let bits = 0;
  const modulus = 2 ** width;
  for (let i = 0; i < target.length; i++) {
    while (bits < width) {
      waiting += (bytes[at] ?? 0) * 2 ** bits;
      at += 1;
      bits += 8;
    }
    const rest = Math.floor(waiting / modulus);
    target[i] = waiting - rest * modulus;
    waiting = rest;
    bits -= width;
  }
}
