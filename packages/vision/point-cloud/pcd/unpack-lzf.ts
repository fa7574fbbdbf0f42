/** Longest run that one back reference of 3 bytes can stand for. */
export const LZF_MAX_RATIO = 264 / 3;

/**
 * Unpacks LZF data (M. Lehmann, LibLZF: literal runs of 1..32 bytes, back references of 3..264 bytes up to 8192 bytes
 * back) into exactly `target.length` bytes. Returns whether the data were whole.
 */
export function unpackLzf(source: Uint8Array, target: Uint8Array): boolean {
  let from = 0;
  let to = 0;
  while (from < source.length) {
    const control = source[from++] ?? 0;
    if (control < 32) {
      const length = control + 1;
      if (from + length > source.length || to + length > target.length) return false;
      for (let end = from + length; from < end; ) target[to++] = source[from++] ?? 0;
      continue;
    }
    let length = (control >> 5) + 2;
    if (length === 9) length += source[from++] ?? 0;
    if (from >= source.length) return false;
    let back = to - ((control & 31) << 8) - (source[from++] ?? 0) - 1;
    if (back < 0 || to + length > target.length) return false;
    for (let end = to + length; to < end; ) target[to++] = target[back++] ?? 0;
  }
  return to === target.length;
}
