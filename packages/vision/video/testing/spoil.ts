import { createRandom } from '../../point-cloud/testing/random.ts';

/** Values with which headers lie. */
const LIES = [0, 1, 0x7f, 0x80, 0xff];

/**
 * A file spoiled in one of several ways, the same for the same seed: bits flipped anywhere, numbers of the first or last
 * kilobyte overwritten (where headers and indexes are), a part repeated or left out, or the end cut off.
 */
export function spoil(bytes: Uint8Array, seed: number): Uint8Array {
  const random = createRandom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const spoiled = Uint8Array.from(bytes);
  const way = seed % 4;
  if (way === 0) {
    for (let i = 1 + pick(12); i > 0; i--) {
      const at = pick(bytes.length);
      spoiled[at] = (spoiled[at] ?? 0) ^ (1 << pick(8));
    }
    return spoiled;
  }
  if (way === 1) {
    const reach = Math.min(1024, bytes.length);
    const start = random() < 0.5 ? 0 : bytes.length - reach;
    for (let i = 1 + pick(3); i > 0; i--) {
      const at = start + pick(reach - 4);
      spoiled.fill(LIES[pick(LIES.length)] ?? 0, at, at + 1 + pick(4));
    }
    return spoiled;
  }
  if (way === 2) {
    const from = pick(bytes.length - 1);
    const to = Math.min(bytes.length, from + 1 + pick(400));
    const part =
      random() < 0.5
        ? [spoiled.subarray(0, to), spoiled.subarray(from)]
        : [spoiled.subarray(0, from), spoiled.subarray(to)];
    return Uint8Array.from(Buffer.concat(part));
  }
  return spoiled.subarray(0, 1 + pick(bytes.length - 1));
}
