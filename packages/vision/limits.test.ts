import { describe, expect, it } from 'vitest';
import { convert } from './convert.ts';
import { readFixture } from './fixtures/read-fixture.ts';
import type { Limits } from './limits.ts';
import { readCloudFixture } from './point-cloud/testing/read-cloud-fixture.ts';
import { makeNpy, makeWav, makeZip } from './time-series/testing/make-files.ts';
import { readFixture as readSeriesFile } from './time-series/testing/read-fixture.ts';
import { readVideo } from './video/testing/fixtures.ts';
import { readVolume } from './volume/testing/read-fixture.ts';

/** 30 rows of two channels. */
const values = Float64Array.from({ length: 60 }, (_, i) => i);
const rows = Array.from({ length: 30 }, (_, i) => [2 * i, 2 * i + 1]);
const npy = makeNpy('<f8', [30, 2], values);

const CASES: readonly [what: string, bytes: Uint8Array, limit: keyof Limits, value: number, code: string][] =
  [
    ['a PNG', readFixture('rgb24.png'), 'maxPixels', 5, 'TOO_MANY_PIXELS'],
    ['a JPEG', readFixture('orientation-1.jpg'), 'maxPixels', 5, 'TOO_MANY_PIXELS'],
    ['a HEIC', readFixture('thumb.heic'), 'maxPixels', 5, 'TOO_MANY_PIXELS'],
    ['a DICOM slice', readVolume('CT_small.dcm'), 'maxPixels', 5, 'TOO_MANY_PIXELS'],
    ['a PLY cloud', readCloudFixture('bunny.ply'), 'maxPoints', 99, 'TOO_MANY_POINTS'],
    ['a PCD cloud', readCloudFixture('ism_train_cat.pcd'), 'maxPoints', 3399, 'TOO_MANY_POINTS'],
    ['a LAZ cloud', readCloudFixture('pdrf6-1.4.laz'), 'maxPoints', 5, 'TOO_MANY_POINTS'],
    ['a CSV', Buffer.from(`a,b\n${rows.join('\n')}\n`), 'maxRows', 29, 'TOO_MANY_POINTS'],
    ['JSON', Buffer.from(JSON.stringify(rows)), 'maxRows', 29, 'TOO_MANY_POINTS'],
    [
      'JSON lines',
      Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')),
      'maxRows',
      29,
      'TOO_MANY_POINTS',
    ],
    ['an NPY', npy, 'maxRows', 29, 'TOO_MANY_POINTS'],
    ['an NPZ', makeZip({ 'a.npy': npy }), 'maxRows', 29, 'TOO_MANY_POINTS'],
    ['a WAV', makeWav(new Int16Array(30)), 'maxRows', 29, 'TOO_MANY_POINTS'],
    [
      'a Parquet file',
      readSeriesFile('parquet/byte_stream_split.zstd.parquet'),
      'maxRows',
      5,
      'TOO_MANY_POINTS',
    ],
    ['a CSV', Buffer.from(`a,b\n${rows.join('\n')}\n`), 'maxChannels', 1, 'TOO_MANY_CHANNELS'],
    ['an MP4', readVideo('made/numbered.mp4'), 'maxFrames', 199, 'TOO_MANY_FRAMES'],
    ['an MP4', readVideo('made/numbered.mp4'), 'maxVideoSeconds', 7, 'VIDEO_TOO_LONG'],
    ['an MP4', readVideo('made/numbered.mp4'), 'maxFramePixels', 99, 'TOO_MANY_PIXELS'],
    ['a moving GIF', readVideo('made/animated.gif'), 'maxFrames', 2, 'TOO_MANY_FRAMES'],
  ];

describe('a limit is held, and the refusal names it', () => {
  it.each(CASES)('of %s', async (_, bytes, limit, value, code) => {
    await expect(convert(bytes, { limits: { [limit]: value } })).rejects.toMatchObject({
      name: 'RejectedError',
      code,
      details: { [limit]: value },
    });
  });

  it('and a file that just keeps it is taken', async () => {
    expect((await convert(npy, { limits: { maxRows: 30, maxChannels: 2 } })).modality).toBe('TIME_SERIES');
    expect(
      (await convert(readCloudFixture('ism_train_cat.pcd'), { limits: { maxPoints: 3400 } })).modality,
    ).toBe('POINT_CLOUD');
  });
});
