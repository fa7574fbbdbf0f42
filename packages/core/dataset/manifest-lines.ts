/** A line that is longer is no entry, and is not held in memory. */
export const MAX_LINE_BYTES = 64 * 1024;

const LINE_FEED = 10;

/** Where a reader of lines stands. */
export interface LinePosition {
  /** Lines before it. */
  readonly line: number;
  /** Bytes before it. */
  readonly offset: number;
}

export interface ManifestLine {
  /** From 1. */
  readonly line: number;
  /** The byte after its end. */
  readonly end: number;
  /** Without space around it; of a line that is too long, empty. */
  readonly content: string;
  readonly isTooLong: boolean;
}

/**
 * Lines that are not empty, with their numbers.
 *
 * @param bytes UTF-8, from `start` on
 */
export async function* listLines(
  bytes: AsyncIterable<Uint8Array>,
  start: LinePosition = { line: 0, offset: 0 },
): AsyncGenerator<ManifestLine> {
  let { line, offset } = start;
  let [pieces, pending]: [Buffer[], number] = [[], 0];
  const take = (rest: Buffer): ManifestLine => {
    const length = pending + rest.length;
    const isTooLong = length > MAX_LINE_BYTES;
    const whole = isTooLong
      ? ''
      : pieces.length === 0
        ? rest.toString()
        : Buffer.concat([...pieces, rest]).toString();
    [pieces, pending] = [[], 0];
    line++;
    offset += length;
    return { line, end: offset, content: whole.trim(), isTooLong };
  };
  for await (const piece of bytes) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const found = take(chunk.subarray(from, end + 1));
      if (found.content !== '' || found.isTooLong) yield found;
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    pending += rest.length;
    if (pending <= MAX_LINE_BYTES) pieces.push(rest);
    else pieces = [];
  }
  const last = take(Buffer.alloc(0));
  if (last.content !== '' || last.isTooLong) yield last;
}
