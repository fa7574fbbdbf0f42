import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { assertNotRawPhotograph } from './check-tiff.ts';

/** Replaces the tag and value of the directory entry that has `tag`. */
function rewriteEntry(
  bytes: Uint8Array<ArrayBuffer>,
  tag: number,
  newTag: number,
  value: number,
): Uint8Array {
  const view = new DataView(bytes.buffer);
  const directory = view.getUint32(4, true);
  for (let at = directory + 2; at < directory + 2 + 12 * view.getUint16(directory, true); at += 12) {
    if (view.getUint16(at, true) !== tag) continue;
    view.setUint16(at, newTag, true);
    view.setUint32(at + 8, value, true);
  }
  return bytes;
}

describe('raw photographs', () => {
  it.each([
    ['a reduced preview comes first', 254, 1],
    ['the file is a DNG', 50706, 0x0401],
  ])('are refused: %s', async (_, tag, value) => {
    // Rows per strip: the picture is one strip, so nothing else is lost.
    const bytes = rewriteEntry(readFixture('grey16.tif'), 278, tag, value);
    await expect(convert(bytes)).rejects.toMatchObject({ code: 'UNSUPPORTED_VARIANT' });
  });

  it('are told from pages that are whole pictures', () => {
    const bytes = rewriteEntry(readFixture('grey16.tif'), 278, 254, 2);
    expect(() => assertNotRawPhotograph(bytes)).not.toThrow();
  });
});
