/**
 * Run lengths of COCO (cocodataset/cocoapi, `common/maskApi.h`): down the columns, from the left one on; runs outside
 * and inside in turn, outside first.
 */

const FIRST_CHARACTER = 48;
const VALUE_BITS = 5;
const MORE = 0x20;
const SIGN = 0x10;
/** No count of a picture that is sent is longer: 2³⁰ and its sign. */
const MOST_GROUPS = 7;

/**
 * Counts from the compressed text (`rleFrString` of maskApi.c): five bits a character, lowest first, a sign bit in the
 * last one; from the fourth count on the difference to the one before the last.
 *
 * @param most counts; undefined when there are more, or the text is not of that form.
 */
export function unpackCounts(text: string, most: number): number[] | undefined {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let value = 0;
    for (let group = 0, isLast = false; !isLast; group += 1, at += 1) {
      const code = text.charCodeAt(at) - FIRST_CHARACTER;
      if (!(code >= 0 && code < 2 * MORE) || group === MOST_GROUPS) return undefined;
      value += (code & (MORE - 1)) * 2 ** (VALUE_BITS * group);
      isLast = (code & MORE) === 0;
      if (isLast && (code & SIGN) !== 0) value -= 2 ** (VALUE_BITS * (group + 1));
    }
    counts.push(counts.length > 2 ? value + (counts.at(-2) ?? 0) : value);
    if (counts.length > most) return undefined;
  }
  return counts;
}

/** Whether counts are of a picture of so many pixels: whole, none negative, all together as many as it has. */
export function coversPicture(counts: readonly number[], pixels: number): boolean {
  if (!counts.every((count) => Number.isInteger(count) && count >= 0)) return false;
  return counts.reduce((sum, count) => sum + count, 0) === pixels;
}

/** How many pixels are inside. */
export function countInside(counts: readonly number[]): number {
  return counts.reduce((sum, count, index) => sum + (index % 2 === 1 ? count : 0), 0);
}

/** Gives the pixels inside a label, in a picture whose labels lie row by row. */
export function paintRuns(
  labels: Uint16Array,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  counts: readonly number[],
  label: number,
): void {
  let at = 0;
  counts.forEach((count, index) => {
    const end = at + count;
    for (; index % 2 === 1 && at < end; at += 1) {
      labels[(at % heightPx) * widthPx + Math.floor(at / heightPx)] = label;
    }
    at = end;
  });
}
