import { describe, expect, it, vi } from 'vitest';
import { convert } from './convert.ts';
import { readFixture } from './fixtures/read-fixture.ts';

const loaded = vi.hoisted(() => vi.fn());
vi.mock('libheif-js/libheif-wasm/libheif.js', () => {
  loaded();
  return { default: undefined };
});

const text = (value: string) => new TextEncoder().encode(value);

describe('convert', () => {
  it('says what the content is and gives one view of an image', async () => {
    const { mediaType, views } = await convert(readFixture('palette.png'), {
      declaredMediaType: 'image/png',
    });
    expect(mediaType).toBe('image/png');
    expect(views).toHaveLength(1);
  });

  it('refuses an empty file', async () => {
    await expect(convert(new Uint8Array())).rejects.toMatchObject({
      name: 'RejectedError',
      code: 'EMPTY_FILE',
    });
  });

  it('refuses more bytes than the limit, whatever they are', async () => {
    await expect(convert(new Uint8Array(11), { limits: { maxBytes: 10 } })).rejects.toMatchObject({
      code: 'TOO_MANY_BYTES',
      details: { bytes: 11, maxBytes: 10 },
    });
  });

  it('refuses content that is not what was declared', async () => {
    await expect(
      convert(readFixture('palette.png'), { declaredMediaType: 'image/jpeg' }),
    ).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
  });

  it.each([
    ['SVG', text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['SVG', text('\ufeff<?xml version="1.0"?>\n<!-- a drawing -->\n<!DOCTYPE svg>\n<svg/>')],
    ['PDF', text('%PDF-1.7\n')],
    ['STEP', text('ISO-10303-21;\nHEADER;\n')],
    ['TDMS', text('TDSm\x0e\0\0\0')],
    ['ZIP', text('PK\x03\x04')],
    ['no known type', text('hello')],
    ['no known type', new Uint8Array(64)],
  ])('refuses %s by name', async (name, bytes) => {
    await expect(convert(bytes)).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: expect.stringContaining(name),
    });
  });

  it.each([255, 4097, 300.5, Number.NaN])(
    'takes a long side of %s px for a mistake of the caller',
    async (longSidePx) => {
      await expect(convert(readFixture('palette.png'), { longSidePx })).rejects.toThrow(RangeError);
    },
  );

  it('loads the HEIC decoder for nothing else', async () => {
    await convert(readFixture('candle.jpg'));
    await convert(readFixture('rgb24.bmp'));
    expect(loaded).not.toHaveBeenCalled();
  });
});
