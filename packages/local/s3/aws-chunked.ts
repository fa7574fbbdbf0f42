import { S3Error } from './errors.ts';

/**
 * The `aws-chunked` content encoding with an unsigned trailer:
 * `<hex size>\r\n<bytes>\r\n ... 0\r\n<trailer>:<value>\r\n\r\n`.
 * Source: S3 API Reference, "Uploads with trailing checksums".
 */
const MIN_CHUNK_BYTES = 8192;
const MAX_LINE_BYTES = 4096;
const CR = 13;
const LF = 10;

type State = 'size' | 'data' | 'data-end' | 'trailer' | 'done';

export interface AwsChunkedDecoder {
  /** The object's bytes in this piece of the body, as views of it. */
  push(piece: Uint8Array): Uint8Array[];
  /** Trailers by lower-case name. Throws IncompleteBody when the body ended early. */
  finish(): ReadonlyMap<string, string>;
}

/** Throws InvalidChunkSizeError for a small chunk that is not the last, MalformedTrailerError for bad framing. */
export function createAwsChunkedDecoder(): AwsChunkedDecoder {
  let state: State = 'size';
  let line = '';
  let remaining = 0;
  let previousWasSmall = false;
  const trailers = new Map<string, string>();

  function readSize(text: string): void {
    if (!/^[0-9a-f]{1,13}$/i.test(text)) throw new S3Error('IncompleteBody');
    remaining = Number.parseInt(text, 16);
    if (remaining === 0) {
      state = 'trailer';
      return;
    }
    if (previousWasSmall) throw new S3Error('InvalidChunkSizeError');
    previousWasSmall = remaining < MIN_CHUNK_BYTES;
    state = 'data';
  }

  function readTrailer(text: string): void {
    if (text === '') {
      state = 'done';
      return;
    }
    const colon = text.indexOf(':');
    if (colon < 1) throw new S3Error('MalformedTrailerError');
    trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
  }

  function endLine(): void {
    if (!line.endsWith('\r'))
      throw new S3Error(state === 'trailer' ? 'MalformedTrailerError' : 'IncompleteBody');
    const text = line.slice(0, -1);
    line = '';
    if (state === 'size') readSize(text);
    else if (state === 'trailer') readTrailer(text);
    else if (text === '') state = 'size';
    else throw new S3Error('IncompleteBody');
  }

  /** Index after the line's end, or the piece's length. */
  function readLine(piece: Uint8Array, from: number): number {
    const end = piece.indexOf(LF, from);
    const stop = end < 0 ? piece.length : end;
    line += Buffer.from(piece.subarray(from, stop)).toString('latin1');
    if (line.length > MAX_LINE_BYTES || (state === 'data-end' && line !== '' && line.charCodeAt(0) !== CR)) {
      throw new S3Error('IncompleteBody');
    }
    if (end < 0) return piece.length;
    endLine();
    return end + 1;
  }

  function push(piece: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = [];
    let index = 0;
    while (index < piece.length) {
      if (state === 'done') throw new S3Error('MalformedTrailerError');
      if (state !== 'data') {
        index = readLine(piece, index);
        continue;
      }
      const taken = piece.subarray(index, index + remaining);
      out.push(taken);
      index += taken.length;
      remaining -= taken.length;
      if (remaining === 0) state = 'data-end';
    }
    return out;
  }

  function finish(): ReadonlyMap<string, string> {
    // Some clients leave out the empty line after a body without trailers.
    if (state !== 'done' && !(state === 'trailer' && trailers.size === 0 && line === '')) {
      throw new S3Error(state === 'trailer' ? 'MalformedTrailerError' : 'IncompleteBody');
    }
    return trailers;
  }

  return { push, finish };
}
