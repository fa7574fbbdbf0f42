import { RejectedError } from '../rejected-error.ts';

const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;
/** The most pixels that two bytes can name. */
const MOST_PER_RUN = 255;

/**
 * Expands RLE8 or RLE4 rows, in stored order, to one palette index per byte (Microsoft: "Bitmap Compression").
 * Pixels that a delta or an early end leaves out have index 0.
 * @throws RejectedError CORRUPT_IMAGE when codes run out, leave the picture, or are too few to fill it
 */
export function expandRunLengths(
  codes: Uint8Array,
  { widthPx, heightPx, bits }: { readonly widthPx: number; readonly heightPx: number; readonly bits: number },
): Uint8Array {
  // Before allocating: a few bytes may not claim a picture that they cannot fill.
  if (widthPx * heightPx > codes.length * MOST_PER_RUN) throw rejectCodes('are too few for its size');
  const indexes = new Uint8Array(widthPx * heightPx);
  let x = 0;
  let y = 0;
  let at = 0;
  const put = (index: number) => {
    if (x >= widthPx || y >= heightPx) throw rejectCodes('leave the picture');
    indexes[y * widthPx + x] = index;
    x += 1;
  };
  const next = () => {
    const code = codes[at];
    if (code === undefined) throw rejectCodes('end too early');
    at += 1;
    return code;
  };
  for (;;) {
    const count = next();
    const value = next();
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? value : pickNibble(value, i));
    } else if (value === END_OF_LINE) {
      x = 0;
      y += 1;
    } else if (value === END_OF_BITMAP) {
      return indexes;
    } else if (value === DELTA) {
      x += next();
      y += next();
    } else {
      const start = at;
      for (let i = 0; i < value; i++) {
        if (bits === 8) put(next());
        else put(pickNibble(codes[at + (i >> 1)] ?? 0, i));
      }
      // Literal runs are padded to a whole number of 16-bit words.
      const stored = bits === 8 ? value : Math.ceil(value / 2);
      at = start + stored + (stored % 2);
    }
    // Files without an end mark are common; a full picture is complete.
    if (at >= codes.length && y * widthPx + x >= widthPx * heightPx) return indexes;
  }
}

function pickNibble(byte: number, position: number): number {
  return position % 2 === 0 ? byte >> 4 : byte & 15;
}

function rejectCodes(what: string): RejectedError {
  return new RejectedError(
    'CORRUPT_IMAGE',
    `The run-length codes of the bitmap ${what}. Send it again, or export it again from its source.`,
  );
}
