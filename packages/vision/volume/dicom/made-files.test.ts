import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert } from '../../convert.ts';
import { readPixels } from '../../fixtures/view-pixels.ts';
import type { VolumeOptions } from '../options.ts';
import { describeGrey, type Element, short, wrapFrames, writeDicom } from '../testing/write-dicom.ts';
import { splitFrames } from './fragments.ts';
import { unpackRunLengths } from './run-lengths.ts';

const SIDE = 512;

/** 512 × 512 samples of 16 bits, so that a view is not scaled: the left half is `left`, the right half `right`. */
function drawHalves(left: number, right: number, frames = 1): Uint8Array {
  const samples = Uint16Array.from({ length: SIDE * SIDE * frames }, (_, at) =>
    at % SIDE < SIDE / 2 ? left : right,
  );
  return new Uint8Array(samples.buffer);
}

function writeHalves(left: number, right: number, more: readonly Element[] = []): Uint8Array {
  return writeDicom(describeGrey({ widthPx: SIDE, heightPx: SIDE, bits: 16 }, drawHalves(left, right), more));
}

async function readHalves(bytes: Uint8Array, volume: VolumeOptions = {}): Promise<(number | undefined)[]> {
  const { views } = await convert(bytes, { volume });
  const pixels = await readPixels(views[0]?.bytes ?? new Uint8Array(0));
  return [pixels.at(100, 100)[0], pixels.at(400, 100)[0]];
}

describe('values become grey', () => {
  it('by the window: its middle is the middle grey, beyond its ends is black and white', async () => {
    const window: VolumeOptions = { window: [0, 200] };
    expect(await readHalves(writeHalves(100, 200), window)).toEqual([128, 255]);
    expect(await readHalves(writeHalves(0, 3000), window)).toEqual([0, 255]);
  });

  it('after rescaling: 1000 × 2 − 1900 = 100', async () => {
    const more: Element[] = [
      ['00281052', 'DS', '-1900'],
      ['00281053', 'DS', '2'],
    ];
    expect(await readHalves(writeHalves(1000, 1050, more), { window: [0, 200] })).toEqual([128, 255]);
  });

  it('the other way round for MONOCHROME1', async () => {
    const bytes = writeHalves(0, 200, [['00280004', 'CS', 'MONOCHROME1']]);
    expect(await readHalves(bytes, { window: [0, 200] })).toEqual([255, 0]);
  });

  it('signed: 0xffce is −50', async () => {
    const bytes = writeHalves(0xffce, 50, [['00280103', 'US', short(1)]]);
    expect(await readHalves(bytes, { window: [-50, 50] })).toEqual([0, 255]);
  });

  it('of 12 bits: an overlay in the bits above is not part of the value', async () => {
    const more: Element[] = [
      ['00280101', 'US', short(12)],
      ['00280102', 'US', short(11)],
    ];
    expect(await readHalves(writeHalves(0x8000 + 2048, 0x1000 + 4095, more), { window: [0, 4095] })).toEqual([
      128, 255,
    ]);
  });

  it('of 12 signed bits: 0xc00 is −1024', async () => {
    const more: Element[] = [
      ['00280101', 'US', short(12)],
      ['00280102', 'US', short(11)],
      ['00280103', 'US', short(1)],
    ];
    expect(await readHalves(writeHalves(0x0c00, 0x0400, more), { window: [-1024, 1024] })).toEqual([0, 255]);
  });

  it('black where nothing was measured, whatever the number that says so', async () => {
    const bytes = writeHalves(5000, 120, [['00280120', 'US', short(5000)]]);
    expect(await readHalves(bytes, { window: [0, 200] })).toEqual([0, 153]);
  });

  it('by the values themselves when no window is known', async () => {
    const { views } = await convert(writeHalves(700, 900));
    expect(views[0]?.geometry).toMatchObject({ window: [700, 900] });
  });

  it('a frame of one value everywhere is refused: there is nothing to see', async () => {
    await expect(convert(writeHalves(700, 700))).rejects.toMatchObject({ code: 'EMPTY_VOLUME' });
    const windowed: Element[] = [
      ['00281050', 'DS', '40'],
      ['00281051', 'DS', '400'],
    ];
    await expect(convert(writeHalves(700, 700, windowed))).rejects.toMatchObject({ code: 'EMPTY_VOLUME' });
  });
});

describe('frames', () => {
  const two = () => Buffer.concat([drawHalves(10, 20), drawHalves(30, 40)]);
  const count: Element = ['00280008', 'IS', '2'];

  it('are found by their number', async () => {
    const bytes = writeDicom(describeGrey({ widthPx: SIDE, heightPx: SIDE, bits: 16 }, two(), [count]));
    expect(await readHalves(bytes, { indexes: [1], window: [0, 40] })).toEqual([191, 255]);
    const { views } = await convert(bytes, { volume: { indexes: [1, 7] } });
    expect(views.map(({ geometry }) => geometry)).toMatchObject([{ index: 1, count: 2 }]);
  });

  it('that do not exist are refused when only these are asked for', async () => {
    const bytes = writeDicom(describeGrey({ widthPx: SIDE, heightPx: SIDE, bits: 16 }, two(), [count]));
    await expect(convert(bytes, { volume: { indexes: [2] } })).rejects.toMatchObject({
      code: 'NO_SUCH_SLICE',
    });
  });

  it('have groups of their own for place, distances, window and scale', async () => {
    const group = (window: string, cosines: string): Element[] => [
      ['00209116', 'SQ', [[['00200037', 'DS', cosines]]]],
      [
        '00289132',
        'SQ',
        [
          [
            ['00281050', 'DS', window],
            ['00281051', 'DS', '41'],
          ],
        ],
      ],
    ];
    const bytes = writeDicom(
      describeGrey({ widthPx: SIDE, heightPx: SIDE, bits: 16 }, two(), [
        count,
        [
          '52009229',
          'SQ',
          [
            [
              ['00289110', 'SQ', [[['00280030', 'DS', '3\\2']]]],
              [
                '00289145',
                'SQ',
                [
                  [
                    ['00281052', 'DS', '0'],
                    ['00281053', 'DS', '10'],
                  ],
                ],
              ],
            ],
          ],
        ],
        ['52009230', 'SQ', [group('100', '1\\0\\0\\0\\1\\0'), group('350', '0\\1\\0\\0\\0\\-1')]],
      ]),
    );
    const { views } = await convert(bytes);
    expect(
      views.map(({ widthPx, heightPx, geometry }) => ({ widthPx, heightPx, ...geometry })),
    ).toMatchObject([
      { widthPx: 512, heightPx: 768, plane: 'AXIAL', spacingMm: [2, 3], window: [79.5, 119.5] },
      { plane: 'SAGITTAL', window: [329.5, 369.5], edges: { left: 'A', right: 'P', top: 'H', bottom: 'F' } },
    ]);
  });

  it('in several pieces each are joined by the offset table', () => {
    const [a, b, c] = [Buffer.from('aa'), Buffer.from('bbbb'), Buffer.from('cc')];
    // Items are 8 bytes of head and their value: the second frame begins at 10 + 12 = 22.
    const table = new Uint8Array(Uint32Array.of(0, 22).buffer);
    const bytes = wrapFrames([a, b, c], table);
    const frames = splitFrames(new Uint8Array(bytes), 12, 2).map((parts) => Buffer.concat(parts).toString());
    expect(frames).toEqual(['aabbbb', 'cc']);
  });

  it('in baseline JPEG are decoded, and their scale applied', async () => {
    const grey = Buffer.from(
      Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % SIDE < SIDE / 2 ? 50 : 200)),
    );
    const jpeg = await sharp(grey, { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .jpeg({ quality: 100 })
      .toBuffer();
    const size = { widthPx: SIDE, heightPx: SIDE, bits: 8 };
    const header = describeGrey(size, new Uint8Array(0), [['00281053', 'DS', '2']]).filter(
      ([tag]) => tag !== '7fe00010',
    );
    const bytes = Buffer.concat([writeDicom(header, '1.2.840.10008.1.2.4.50'), wrapFrames([jpeg])]);
    const [left = 0, right = 0] = await readHalves(new Uint8Array(bytes), { window: [100, 400] });
    expect(left).toBeLessThanOrEqual(1);
    expect(right).toBeGreaterThanOrEqual(254);
  });
});

describe('what cannot be read', () => {
  it('lossless JPEG is refused by name', async () => {
    const bytes = writeDicom(
      describeGrey({ widthPx: 2, heightPx: 2, bits: 8 }, new Uint8Array(4)),
      '1.2.840.10008.1.2.4.70',
    );
    await expect(convert(bytes)).rejects.toMatchObject({
      code: 'UNSUPPORTED_VARIANT',
      message: expect.stringContaining('lossless JPEG'),
    });
  });

  it('a file that says its pictures carry text is shown with a warning', async () => {
    const { notes } = await convert(writeHalves(1, 2, [['00280301', 'CS', 'YES']]));
    expect(notes.join()).toContain('it may name the patient');
  });

  it('a report without pixels is refused', async () => {
    await expect(convert(writeDicom([['00100010', 'PN', 'Doe^Jane']]))).rejects.toMatchObject({
      code: 'UNSUPPORTED_VARIANT',
      message: expect.not.stringContaining('Doe'),
    });
  });
});

describe('run lengths', () => {
  /** PackBits of whole bytes as PS3.5 annex G.3 describes it: runs of 2 to 128, the rest literally. */
  function packSegment(bytes: readonly number[]): number[] {
    const codes: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      let run = 1;
      while (run < 128 && bytes[at + run] === bytes[at]) run++;
      if (run > 1) codes.push(257 - run, bytes[at] ?? 0);
      else codes.push(0, bytes[at] ?? 0);
      at += run;
    }
    return codes.length % 2 === 0 ? codes : [...codes, 0];
  }

  it('are unpacked to the samples that were packed', () => {
    const samples = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(samples, (values) => {
        const segments = [values.map((v) => v >> 8), values.map((v) => v & 255)].map(packSegment);
        const header = new Uint32Array(16);
        header.set([2, 64, 64 + (segments[0]?.length ?? 0)]);
        const frame = Buffer.concat([new Uint8Array(header.buffer), Buffer.from(segments.flat())]);
        const out = unpackRunLengths(frame, { pixels: values.length, samples: 1, bytesPerSample: 2 });
        expect(Array.from(new Uint16Array(out.buffer, out.byteOffset, values.length))).toEqual(values);
      }),
    );
  });
});
