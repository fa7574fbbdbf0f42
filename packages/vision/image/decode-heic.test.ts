import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { onlyView, readPixels } from '../fixtures/view-pixels.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';
import { decodeHeic } from './decode-heic.ts';
import { borrowLibheif } from './libheif.ts';

/** The pixels as decoded, without the loss of a JPEG view. */
async function decodeFixture(name: string) {
  return readPixels(await decodeHeic(readFixture(name), DEFAULT_LIMITS));
}

/** The fixture, its colours said to be mixed by another matrix; the thumbnail says nothing of it but in a profile's place. */
function readWithMatrix(name: string, matrix: number, isFullRange: boolean): Uint8Array {
  const bytes = Buffer.from(readFixture(name));
  const at = bytes.indexOf('colr') + 4;
  bytes.write('nclx', at, 'latin1');
  bytes.writeUInt16BE(matrix, at + 8);
  bytes[at + 10] = isFullRange ? 0x80 : 0;
  return bytes;
}

/** What libheif makes of a picture by itself: interleaved RGB. */
async function decodeByLibheif(bytes: Uint8Array): Promise<Uint8Array> {
  return borrowLibheif((heif) => {
    heif.open(bytes, 1e6);
    const handle = heif.getPicture(heif.listPictures()[0] ?? 0);
    const width = heif.module._heif_image_handle_get_width(handle);
    const height = heif.module._heif_image_handle_get_height(handle);
    const { data, stride } = heif.viewPlane(heif.decode(handle, 1, 10), 10);
    return Buffer.concat(
      Array.from({ length: height }, (_, y) => data.slice(y * stride, y * stride + width * 3)),
    );
  });
}

describe('HEIC', () => {
  it("shows a phone's picture", async () => {
    const { mediaType, views } = await convert(readFixture('cheers.heic'));
    expect(mediaType).toBe('image/heic');
    expect(views).toMatchObject([{ mediaType: 'image/jpeg', widthPx: 1440, heightPx: 960 }]);
  });

  it('agrees with the thumbnail that the phone made of the same picture', async () => {
    const picture = await decodeHeic(readFixture('cheers.heic'), DEFAULT_LIMITS);
    const small = await sharp(picture).resize(240, 160).raw().toBuffer();
    const thumbnail = await sharp(await decodeHeic(readFixture('thumb.heic'), DEFAULT_LIMITS))
      .raw()
      .toBuffer();
    const distance = (other: Uint8Array) =>
      small.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / small.length;
    const mirrored = await sharp(thumbnail, { raw: { width: 240, height: 160, channels: 3 } })
      .flop()
      .raw()
      .toBuffer();
    // The thumbnail is strongly compressed; its mirror image shows what no likeness would be.
    expect(distance(thumbnail)).toBeLessThan(11);
    expect(distance(mirrored)).toBeGreaterThan(30);
  });

  it('turns the picture as the file says', async () => {
    const plain = await decodeFixture('thumb.heic');
    const turned = await decodeFixture('thumb-rotated.heic');
    expect(turned).toMatchObject({ width: 160, height: 240 });
    // 90° anticlockwise: the top right corner comes to the top left.
    for (const [x, y] of [
      [0, 0],
      [239, 0],
      [120, 40],
      [17, 159],
    ] as const) {
      expect(turned.at(y, 239 - x)).toEqual(plain.at(x, y));
    }
  });

  it('puts tiles side by side', async () => {
    const tile = await decodeFixture('thumb.heic');
    const grid = await decodeFixture('grid.heic');
    expect(grid).toMatchObject({ width: 480, height: 160 });
    for (const [x, y] of [
      [0, 0],
      [100, 80],
      [200, 150],
    ] as const) {
      expect(grid.at(x, y)).toEqual(tile.at(x, y));
      expect(grid.at(x + 240, y)).toEqual(tile.at(x, y));
    }
  });

  it('converts by the embedded profile: red and green change places', async () => {
    const plain = await decodeFixture('thumb.heic');
    const swapped = await decodeFixture('thumb-swapped-profile.heic');
    const [red = 0, green = 0, blue = 0] = plain.at(120, 100);
    const [newRed = 0, newGreen = 0, newBlue = 0] = swapped.at(120, 100);
    expect(Math.abs(red - green)).toBeGreaterThan(10);
    expect(Math.abs(newRed - green)).toBeLessThanOrEqual(2);
    expect(Math.abs(newGreen - red)).toBeLessThanOrEqual(2);
    expect(Math.abs(newBlue - blue)).toBeLessThanOrEqual(2);
  });

  it.each([
    ['full-range.heic', true],
    ['full-range-444.heic', true],
    ['thumb-swapped-profile.heic', false],
  ] as const)('%s has the pixels that libheif makes, whatever its matrix', async (name, isFullRange) => {
    // The last three are left to libheif.
    for (const matrix of [1, 2, 4, 5, 6, 7, 9, 0, 8, 12]) {
      const bytes = readWithMatrix(name, matrix, isFullRange);
      const tiff = await decodeHeic(bytes, DEFAULT_LIMITS);
      const expected = await decodeByLibheif(bytes);
      expect(Buffer.compare(tiff.subarray(-expected.length), expected), `matrix ${matrix}`).toBe(0);
    }
  });

  it('works after a file that was refused, and twice at once', async () => {
    const good = readFixture('thumb.heic');
    await expect(convert(good.subarray(0, 2000))).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
    const [first, second] = await Promise.all([convert(good), convert(good)]);
    expect(onlyView(first).bytes).toEqual(onlyView(second).bytes);
  });

  it('prints nothing about damaged files', async () => {
    const printed = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
    const at = Buffer.from(readFixture('thumb.heic')).indexOf('hvcC');
    for (let offset = 27; offset < 99; offset += 3) {
      const bytes = readFixture('thumb.heic');
      bytes[at + offset] = 0xff;
      await convert(bytes).catch((error) => expect(error).toBeInstanceOf(RejectedError));
    }
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
  });

  it('has its own limit of pixels', async () => {
    await expect(
      convert(readFixture('thumb.heic'), { limits: { maxHeicPixels: 240 * 160 - 1 } }),
    ).rejects.toMatchObject({ code: 'TOO_MANY_PIXELS' });
  });
});
