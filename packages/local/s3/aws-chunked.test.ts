import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAwsChunkedDecoder } from './aws-chunked.ts';
import { S3Error } from './errors.ts';

function encode(chunks: readonly Uint8Array[], trailers: readonly string[] = []): Buffer {
  const framed = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...framed, Buffer.from(`0\r\n${trailers.map((t) => `${t}\r\n`).join('')}\r\n`)]);
}

function decode(bytes: Uint8Array, cuts: readonly number[] = []) {
  const decoder = createAwsChunkedDecoder();
  const points = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const out = points.slice(1).flatMap((end, index) => decoder.push(bytes.subarray(points[index], end)));
  return { bytes: Buffer.concat(out), trailers: decoder.finish() };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
  return 'none';
}

const big = fc.uint8Array({ minLength: 8192, maxLength: 8300 });
const small = fc.uint8Array({ minLength: 1, maxLength: 50 });

describe('aws-chunked', () => {
  it('gives back the bytes and the trailer however the body is cut', () => {
    fc.assert(
      fc.property(
        fc.array(big, { maxLength: 3 }),
        fc.option(small, { nil: undefined }),
        fc.array(fc.nat(40_000), { maxLength: 12 }),
        (chunks, last, cuts) => {
          const all = last ? [...chunks, last] : chunks;
          const decoded = decode(encode(all, ['x-amz-checksum-crc32:y/Q5Jg==']), cuts);
          expect(decoded.bytes.equals(Buffer.concat(all))).toBe(true);
          expect([...decoded.trailers]).toEqual([['x-amz-checksum-crc32', 'y/Q5Jg==']]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses a body cut short anywhere', () => {
    const whole = encode([Buffer.alloc(20, 7)], ['x-amz-checksum-crc32:y/Q5Jg==']);
    for (let length = 0; length < whole.length; length += 1) {
      // Right after the last chunk's line a body without trailers may end.
      if (length === '14\r\n'.length + 20 + '\r\n0\r\n'.length) continue;
      expect(codeOf(() => decode(whole.subarray(0, length)))).toMatch(/IncompleteBody|MalformedTrailerError/);
    }
  });

  it('never fails with anything but an S3 error on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        codeOf(() => decode(bytes));
      }),
    );
  });

  it('refuses a chunk under 8 KiB that is not the last, as S3 does', () => {
    expect(codeOf(() => decode(encode([Buffer.alloc(8191), Buffer.alloc(1)])))).toBe('InvalidChunkSizeError');
    expect(codeOf(() => decode(encode([Buffer.alloc(8192), Buffer.alloc(1)])))).toBe('none');
  });

  it.each([
    ['a size that is not hexadecimal', 'zz\r\n', 'IncompleteBody'],
    ['a signed chunk', '5;chunk-signature=ab\r\nhello\r\n0\r\n\r\n', 'IncompleteBody'],
    ['bytes beyond the size', '5\r\nhello!\r\n0\r\n\r\n', 'IncompleteBody'],
    ['a line ended by LF alone', '5\nhello\r\n0\r\n\r\n', 'IncompleteBody'],
    ['a trailer without a colon', '0\r\nx-amz\r\n\r\n', 'MalformedTrailerError'],
    ['bytes after the end', '0\r\n\r\nmore', 'MalformedTrailerError'],
  ])('refuses %s', (_name, text, code) => {
    expect(codeOf(() => decode(Buffer.from(text)))).toBe(code);
  });
});
