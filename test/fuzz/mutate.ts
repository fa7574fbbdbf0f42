import { pickIndex, pickOne, type Random } from './random.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A way to spoil a file. Gives a new array. */
export interface Mutation {
  readonly name: string;
  readonly apply: (whole: Uint8Array, random: Random) => Bytes;
}

/** Where counts, sizes and offsets stand in binary files. */
const HEAD_BYTES = 600;
/** Numbers at which counters, products and signs go wrong. */
const LIES: readonly [number, ...number[]] = [
  0,
  1,
  2,
  127,
  128,
  255,
  256,
  32_767,
  32_768,
  65_535,
  65_536,
  1e6,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 2,
  2 ** 32 - 1,
];
const FLOATS: readonly [number, ...number[]] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e308,
  -1e308,
  5e-324,
  1e38,
  0,
];
const WORDS: readonly [string, ...string[]] = [
  '0',
  '-1',
  '1',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '99999999999999999999',
  '1e308',
  '1e999',
  'nan',
  'NaN',
  'inf',
  '-Infinity',
  '""',
  '[[[[[[[[[[[[[[[[[[[[',
  '{}',
  'null',
  '',
  '0x7fffffff',
  '1,5',
];

export const mutations: readonly Mutation[] = [
  {
    name: 'bits flipped',
    apply: (whole, random) => {
      const bytes = copy(whole);
      for (let left = 1 + pickIndex(random, 8); left > 0; left--) {
        const at = pickPlace(bytes, random);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << pickIndex(random, 8));
      }
      return bytes;
    },
  },
  {
    name: 'a number of the header replaced',
    apply: (whole, random) => {
      const bytes = copy(whole);
      const view = new DataView(bytes.buffer);
      for (let left = 1 + pickIndex(random, 3); left > 0; left--) writeLie(view, random);
      return bytes;
    },
  },
  {
    name: 'a number of the text replaced',
    apply: (whole, random) => {
      const text = Buffer.from(whole).toString('latin1');
      const head = text.slice(0, random() < 0.7 ? 2000 : text.length);
      const numbers = [...head.matchAll(/-?\d+(?:\.\d+)?/g)];
      const chosen = numbers[pickIndex(random, numbers.length)];
      if (chosen === undefined) return copy(whole);
      const end = chosen.index + chosen[0].length;
      return latin1(text.slice(0, chosen.index) + pickOne(random, WORDS) + text.slice(end));
    },
  },
  {
    name: 'floats replaced',
    apply: (whole, random) => {
      const bytes = copy(whole);
      const view = new DataView(bytes.buffer);
      const width = random() < 0.5 ? 4 : 8;
      const start = pickPlace(bytes, random);
      const count = 1 + pickIndex(random, random() < 0.5 ? 4 : 4000);
      for (
        let i = 0, at = start - (start % width);
        i < count && at + width <= bytes.length;
        i++, at += width
      ) {
        if (width === 4) view.setFloat32(at, pickOne(random, FLOATS), random() < 0.8);
        else view.setFloat64(at, pickOne(random, FLOATS), random() < 0.8);
      }
      return bytes;
    },
  },
  {
    name: 'a part repeated',
    apply: (whole, random) => {
      const at = pickPlace(whole, random);
      const part = whole.subarray(at, at + 1 + pickIndex(random, 256));
      const times = 1 + pickIndex(random, random() < 0.9 ? 4 : 400);
      return join([whole.subarray(0, at), ...Array.from({ length: times }, () => part), whole.subarray(at)]);
    },
  },
  {
    name: 'a part left out',
    apply: (whole, random) => {
      const at = pickPlace(whole, random);
      return join([whole.subarray(0, at), whole.subarray(at + 1 + pickIndex(random, 256))]);
    },
  },
  {
    name: 'a part overwritten with one byte',
    apply: (whole, random) => {
      const bytes = copy(whole);
      const at = pickPlace(bytes, random);
      bytes.fill(pickOne(random, [0, 255, 0x20, 0x30, 0x5b]), at, at + 1 + pickIndex(random, 512));
      return bytes;
    },
  },
];

/** The first `percent` hundredths of a file. */
export function truncate(whole: Uint8Array, percent: number): Bytes {
  return copy(whole.subarray(0, Math.floor((whole.length * percent) / 100)));
}

function writeLie(view: DataView, random: Random): void {
  const width = pickOne(random, [1, 2, 4, 4, 8]);
  // Some formats keep their directory at the end.
  const fromEnd = random() < 0.2;
  const reach = Math.min(HEAD_BYTES, view.byteLength - width);
  if (reach < 1) return;
  const offset = pickIndex(random, reach);
  const at = fromEnd ? view.byteLength - width - offset : offset;
  const little = random() < 0.6;
  const value = pickOne(random, LIES);
  if (width === 1) view.setUint8(at, value);
  else if (width === 2) view.setUint16(at, value, little);
  else if (width === 4) view.setUint32(at, value, little);
  else view.setBigUint64(at, random() < 0.5 ? BigInt(value) : 2n ** 63n - BigInt(value), little);
}

/** Half of the damage hits the first bytes, where headers are. */
function pickPlace(bytes: Uint8Array, random: Random): number {
  const reach = random() < 0.5 ? Math.min(bytes.length, HEAD_BYTES) : bytes.length;
  return pickIndex(random, Math.max(1, reach));
}

function copy(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes);
}

function join(parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}

function latin1(text: string): Bytes {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
