import { describe, expect, it } from 'vitest';
import { encodeHeaderText, readAttributes } from './attributes.ts';

describe('attributes', () => {
  it('outside ASCII are answered as RFC 2047 words, as S3 was seen to answer them', () => {
    expect(encodeHeaderText('ÄMÄZÕÑ S3')).toBe('=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=');
    expect(encodeHeaderText('\u0000\u0001\u0002\u0003\u0004')).toBe('=?UTF-8?B?AAECAwQ=?=');
    expect(encodeHeaderText('plain =?_ text')).toBe('plain =?_ text');
  });

  it('hold the headers S3 keeps, without the coding of the transfer', () => {
    const headers = new Map([
      ['content-type', 'image/png'],
      ['content-encoding', 'gzip, aws-chunked'],
      ['expires', 'Thu, 01 Dec 2030 16:00:00 GMT'],
      ['x-amz-meta-line', '4'],
      ['accept', '*/*'],
    ]);
    expect(readAttributes(headers)).toEqual({
      contentType: 'image/png',
      headers: { 'content-encoding': 'gzip', expires: 'Thu, 01 Dec 2030 16:00:00 GMT' },
      metadata: { line: '4' },
      tags: {},
    });
  });

  it('hold at most 2 KB of user metadata, names and values together', () => {
    const read = (size: number) => () => readAttributes(new Map([['x-amz-meta-a', 'x'.repeat(size)]]));
    expect(read(2047)().metadata.a).toHaveLength(2047);
    expect(read(2048)).toThrow(/exceed/);
  });
});
