import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readFixture } from './fixtures/read-fixture.ts';
import { assertDeclaredType, detectMediaType } from './media-type.ts';

const loaded = vi.hoisted(() => vi.fn());
vi.mock('sharp', () => {
  loaded();
  return { default: undefined };
});

describe('detectMediaType', () => {
  it.each([
    ['candle.jpg', 'image/jpeg'],
    ['palette.png', 'image/png'],
    ['three-frames.webp', 'image/webp'],
    ['quarters.avif', 'image/avif'],
    ['three-frames.gif', 'image/gif'],
    ['grey16.tif', 'image/tiff'],
    ['rgb16-big-endian.tif', 'image/tiff'],
    ['rgb24.bmp', 'image/bmp'],
    ['os2-palette4.bmp', 'image/bmp'],
    ['cheers.heic', 'image/heic'],
    ['thumb.heic', 'image/heic'],
  ])('finds %s to be %s in its first 64 bytes', (name, mediaType) => {
    expect(detectMediaType(readFixture(name).subarray(0, 64))).toBe(mediaType);
  });

  it('does not take other files for images', () => {
    const texts = ['', 'BM is how this text begins, no bitmap', '<svg/>', '%PDF-1.7', 'P6 1 1 255'];
    for (const head of texts.map((text) => Buffer.from(text))) {
      expect(detectMediaType(head)).toBeUndefined();
    }
  });

  it('answers for any bytes', () => {
    const signatures = ['BM', '\0\0\0\x18ftyp', 'RIFF', 'II*\0', 'GIF89a', '\xff\xd8\xff'];
    const head = fc.tuple(fc.constantFrom('', ...signatures), fc.uint8Array({ maxLength: 64 }));
    fc.assert(
      fc.property(head, ([signature, rest]) => {
        const bytes = Buffer.concat([Buffer.from(signature, 'latin1'), rest]);
        expect([undefined, 'string']).toContain(
          typeof detectMediaType(bytes) === 'string' ? 'string' : undefined,
        );
      }),
    );
  });

  it('loads no decoder', () => {
    expect(loaded).not.toHaveBeenCalled();
  });
});

describe('assertDeclaredType', () => {
  it.each([
    [undefined, 'image/png'],
    ['', 'image/png'],
    ['application/octet-stream', 'image/png'],
    ['image/png', 'image/png'],
    ['Image/JPG; charset=binary', 'image/jpeg'],
    ['image/heif', 'image/heic'],
    ['image/x-ms-bmp', 'image/bmp'],
  ] as const)('accepts %s for %s', (declared, detected) => {
    expect(() => assertDeclaredType(declared, detected)).not.toThrow();
  });

  it.each([
    ['image/png', 'image/jpeg'],
    ['image/heif', 'image/jpeg'],
    ['text/html', 'image/png'],
    ['video/mp4', 'image/heic'],
  ] as const)('refuses %s for %s', (declared, detected) => {
    expect(() => assertDeclaredType(declared, detected)).toThrow(
      expect.objectContaining({ code: 'TYPE_MISMATCH', details: { declared, detected } }),
    );
  });
});
