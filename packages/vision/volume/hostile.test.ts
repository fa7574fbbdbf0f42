import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { RejectedError } from '../rejected-error.ts';
import { readVolume } from './testing/read-fixture.ts';
import { describeGrey, short, writeDicom } from './testing/write-dicom.ts';

const FILES = [
  'CT_small.dcm',
  'MR_small_RLE.dcm',
  'MR_small_bigendian.dcm',
  'MR_small_implicit.dcm',
  'rtdose_rle.dcm',
  'image_dfl.dcm',
  'SC_rgb_small_odd_jpeg.dcm',
  'head-ras.nii.gz',
  'head-float-big-endian.nii',
] as const;

/** The rejection code, or `CONVERTED`; anything else that is thrown fails the test. One slice keeps it fast. */
async function tryConvert(bytes: Uint8Array): Promise<string> {
  try {
    const { views } = await convert(bytes, { volume: { slices: 1 }, longSidePx: 256 });
    expect(views.length).toBeGreaterThan(0);
    return 'CONVERTED';
  } catch (error) {
    if (error instanceof RejectedError) return error.code;
    throw error;
  }
}

describe.each(FILES)('%s', (name) => {
  it('is refused when cut at any fortieth', async () => {
    const whole = readVolume(name);
    for (let part = 1; part < 40; part++) {
      const cut = whole.subarray(0, Math.floor((whole.length * part) / 40));
      const outcome = await tryConvert(cut);
      // Behind its pixels a DICOM file may have padding that nobody misses.
      if (part < 38) expect(outcome, `${part} of 40`).not.toBe('CONVERTED');
    }
  });

  it('is converted or refused, never worse, with bytes changed', async () => {
    const change = fc.record({ place: fc.nat(), value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe, 0xff) });
    // Half of the damage hits the header, where the lies are.
    const changes = fc.array(fc.tuple(change, fc.boolean()), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const bytes = readVolume(name);
        for (const [{ place, value }, early] of list) {
          bytes[place % (early ? Math.min(bytes.length, 600) : bytes.length)] = value;
        }
        await tryConvert(bytes);
      }),
      { numRuns: 60 },
    );
  });

  it('is converted or refused when a part is repeated or left out', async () => {
    const splice = fc.record({ from: fc.nat(), length: fc.integer({ min: 1, max: 64 }), keep: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(splice, async ({ from, length, keep }) => {
        const whole = readVolume(name);
        const at = from % whole.length;
        const parts = [whole.subarray(0, at + (keep ? length : 0)), whole.subarray(keep ? at : at + length)];
        await tryConvert(new Uint8Array(Buffer.concat(parts)));
      }),
      { numRuns: 30 },
    );
  });
});

describe('headers that lie', () => {
  const lie = (tag: string, value: Uint8Array | string, vr = 'US') =>
    writeDicom(describeGrey({ widthPx: 4, heightPx: 4, bits: 8 }, new Uint8Array(16), [[tag, vr, value]]));

  it.each([
    ['65535 rows', lie('00280010', short(65_535)), 'CORRUPT_VOLUME'],
    ['no rows', lie('00280010', short(0)), 'CORRUPT_VOLUME'],
    ['2147483647 frames', lie('00280008', '2147483647', 'IS'), 'TOO_MANY_VOXELS'],
    ['−1 frames', lie('00280008', '-1', 'IS'), 'CORRUPT_VOLUME'],
    ['more bits stored than allocated', lie('00280101', short(16)), 'CORRUPT_VOLUME'],
    ['12 bits allocated', lie('00280100', short(12)), 'UNSUPPORTED_VARIANT'],
    ['four samples', lie('00280002', short(4)), 'UNSUPPORTED_VARIANT'],
  ])('%s', async (_, bytes, code) => {
    expect(await tryConvert(bytes)).toBe(code);
  });

  it('a million sequences in one another are refused', async () => {
    const open = Buffer.from('080000005351000000000000ffffffff', 'hex').subarray(0, 12);
    open.writeUInt32LE(0xffffffff, 8);
    const item = Buffer.from('feff00e0ffffffff', 'hex');
    const nested = Buffer.alloc(4_000_000, Buffer.concat([open, item]));
    expect(await tryConvert(new Uint8Array(Buffer.concat([writeDicom([]), nested])))).not.toBe('CONVERTED');
  });

  it('a file of nothing but empty elements is refused without holding them all', async () => {
    const element = Buffer.from('1100000055530000', 'hex');
    const bytes = new Uint8Array(Buffer.concat([writeDicom([]), Buffer.alloc(32_000_000, element)]));
    for (let at = bytes.length - 32_000_000, tag = 0; at < bytes.length; at += 8, tag++) {
      bytes[at + 2] = tag & 255;
      bytes[at + 3] = (tag >> 8) & 255;
      bytes[at] = 0x11 + ((tag >> 16) & 15) * 2;
    }
    expect(await tryConvert(bytes)).toBe('UNSUPPORTED_VARIANT');
  });
});
