import { describe, expect, it } from 'vitest';
import { convert } from '../../convert.ts';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { readVolume } from '../testing/read-fixture.ts';
import { readDicomFile } from './dicom-file.ts';
import { describePixels } from './pixel-description.ts';
import { createFrameReader } from './read-frame.ts';

async function readLastFrame(name: string) {
  const file = readDicomFile(readVolume(name), DEFAULT_LIMITS);
  const description = describePixels(file.header, DEFAULT_LIMITS);
  const frame = await createFrameReader(file, description, DEFAULT_LIMITS)(description.frames - 1);
  return Array.from('stored' in frame ? frame.stored : frame.rgb);
}

describe('samples are those that pydicom 2.3.1 reads', () => {
  // Sum of the last frame, its first two samples and its last two; printed by pixel_array.
  it.each([
    ['CT_small.dcm', 14_826_310, [175, 180, 904, 909]],
    ['MR_small_RLE.dcm', 2_125_338, [905, 1019, 1129, 862]],
    ['MR_small_bigendian.dcm', 2_125_338, [905, 1019, 1129, 862]],
    ['MR_small_implicit.dcm', 2_125_338, [905, 1019, 1129, 862]],
    ['ExplVR_BigEnd.dcm', 2_470_716, [171, 171, 232, 0]],
    ['image_dfl.dcm', 33_322_688, [213, 213, 188, 188]],
  ])('%s', async (name, sum, ends) => {
    const samples = await readLastFrame(name);
    expect(samples.reduce((total, sample) => total + sample, 0)).toBe(sum);
    expect([...samples.slice(0, 2), ...samples.slice(-2)]).toEqual(ends);
  });

  it('rtdose_rle.dcm: the last of 15 frames of 32 bits', async () => {
    const samples = await readLastFrame('rtdose_rle.dcm');
    expect(samples.reduce((total, sample) => total + sample, 0)).toBe(101_391_000);
    expect(samples.slice(-2)).toEqual([800_000, 799_000]);
  });
});

describe('the CT slice', () => {
  it('is a DICOM file although its first bytes are those of a TIFF', async () => {
    const { mediaType, views } = await convert(readVolume('CT_small.dcm'), {
      declaredMediaType: 'application/dicom',
    });
    expect(mediaType).toBe('application/dicom');
    expect(views).toMatchObject([
      {
        mediaType: 'image/png',
        widthPx: 512,
        heightPx: 512,
        geometry: {
          kind: 'SLICE',
          plane: 'AXIAL',
          index: 0,
          count: 1,
          source: { widthPx: 128, heightPx: 128 },
          spacingMm: [0.661468, 0.661468],
          edges: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
        },
      },
    ]);
  });

  it('names the kinds of fields that were left out, and gives no value of any', async () => {
    const { views, notes } = await convert(readVolume('CT_small.dcm'));
    expect(notes.join()).toContain("Patient's Name, Patient ID, Patient's Sex");
    expect(notes.join()).toContain('private fields');
    const given = JSON.stringify([notes, views.map(({ geometry }) => geometry)]);
    const pictures = views.map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join('');
    for (const value of ['CompressedSamples', '1CT1', 'ABCD1234', 'JFK', 'CLUNIE', '19970430', '1.3.6.1.4']) {
      expect(given).not.toContain(value);
      expect(pictures).not.toContain(value);
    }
  });
});

describe('windows and frames of real files', () => {
  it('the MR slice is shown in its window: centre 600, width 1600', async () => {
    const { views } = await convert(readVolume('MR_small_implicit.dcm'));
    // PS3.3 C.11.2.1.2: black up to 600 − 0.5 − 799.5, white from 600 − 0.5 + 799.5.
    expect(views[0]?.geometry).toMatchObject({ window: [-200, 1399] });
  });

  it('six of fifteen frames are shown, evenly spaced, in one window', async () => {
    const { views } = await convert(readVolume('rtdose_rle.dcm'));
    const geometries = views.map(({ geometry }) => (geometry.kind === 'SLICE' ? geometry : undefined));
    expect(geometries.map((geometry) => geometry?.index)).toEqual([1, 3, 6, 8, 11, 13]);
    expect(new Set(geometries.map((geometry) => geometry?.window.join())).size).toBe(1);
  });

  it('a colour frame in JPEG keeps its colours', async () => {
    const { views } = await convert(readVolume('SC_rgb_small_odd_jpeg.dcm'));
    expect(views).toMatchObject([{ widthPx: 512, heightPx: 512, geometry: { plane: 'STORED' } }]);
  });

  it('a file that ends before its pixels do is refused with what it holds', async () => {
    await expect(convert(readVolume('MR_truncated.dcm'))).rejects.toMatchObject({
      code: 'CORRUPT_VOLUME',
      message:
        'The DICOM file holds 8130 of the 8192 bytes of its pixels. Send it again, or export it again from its source.',
    });
  });
});
