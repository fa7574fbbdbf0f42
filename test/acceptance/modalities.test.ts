import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: Client;

beforeAll(async () => {
  service = await startTestService();
  ({ client } = await service.createTenantClient());
}, 120_000);
afterAll(() => service.dispose());

interface View {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly link: { readonly url: string };
  readonly geometry: Readonly<Record<string, unknown>>;
}

async function convert(file: string, contentType: string, viewSettings?: object) {
  const bytes = new Uint8Array(await readFile(join(import.meta.dirname, '..', 'fixtures', file)));
  const id = await createReadySample(client, { name: file, contentType, bytes }, viewSettings);
  const { sample } = await client.request<{
    sample: { mediaType: string; modality: string; notes: string[]; views: View[] };
  }>(
    `query ($id: ID!) { sample(id: $id) { mediaType modality notes views { widthPx heightPx link { url } geometry {
      __typename
      ... on PointCloudGeometry { camera style origin right down forward unitsPerPx range unit departures { strength } }
      ... on TimeSeriesGeometry { axis span style panels { channel range area { x y width height } unit }
        windows { channel isCompared span strength } }
      ... on VideoGeometry { codec durationMs frameCount frameRate isFrameRateVariable isMirrored layout rotation spanMs
        source { widthPx heightPx } frames { index timeMs area { x y width height } } }
      ... on SliceGeometry { plane index count source { widthPx heightPx } spacingMm window voxels { origin right down } edges { left right top bottom } }
    } } } }`,
    { id },
  );
  for (const { link } of sample.views) expect((await fetchPatiently(link.url)).status).toBe(200);
  return { id, ...sample };
}

describe('a sample that is no picture becomes views that say what they show', () => {
  it('a point cloud: named cameras with unit vectors and a scale', async () => {
    const sample = await convert('pointclouds/ism_train_cat.pcd', 'application/octet-stream');
    expect(sample.modality).toBe('POINT_CLOUD');
    expect(sample.views.length).toBeGreaterThan(1);
    for (const { geometry } of sample.views) {
      expect(geometry.__typename).toBe('PointCloudGeometry');
      for (const axis of ['right', 'down', 'forward']) {
        const [x = 0, y = 0, z = 0] = geometry[axis] as number[];
        expect(Math.hypot(x, y, z)).toBeCloseTo(1, 6);
      }
      expect(geometry.unitsPerPx).toBeGreaterThan(0);
      // There is no reference.
      expect(geometry.departures).toBeNull();
    }
  });

  it('a time series: the span and the channel of NAB', async () => {
    const sample = await convert('timeseries/art_daily_jumpsup.csv', 'text/csv');
    expect(sample.modality).toBe('TIME_SERIES');
    // The file's first and last row: 2014-04-01 00:00:00 and 2014-04-14 23:55:00.
    expect(sample.views[0]?.geometry).toMatchObject({
      axis: 'TIMESTAMP',
      span: [Date.UTC(2014, 3, 1), Date.UTC(2014, 3, 14, 23, 55)],
      panels: [{ channel: 'value' }],
    });
    const windows = sample.views[0]?.geometry.windows as {
      channel: string;
      isCompared: boolean;
      span: [number, number];
      strength: number;
    }[];
    expect(windows[0]).toMatchObject({ channel: 'value', isCompared: false });
    expect(windows.map(({ strength }) => strength)).toEqual(
      windows.map(({ strength }) => strength).toSorted((a, b) => b - a),
    );
    // NAB marks 2014-04-10 16:15 to 2014-04-12 01:45.
    expect(windows[0]?.span[0]).toBeLessThan(Date.UTC(2014, 3, 12, 1, 45));
    expect(windows[0]?.span[1]).toBeGreaterThan(Date.UTC(2014, 3, 10, 16, 15));
  });

  it("a CT slice: the voxels of the file, and no patient's data", async () => {
    const sample = await convert('volumes/CT_small.dcm', 'application/dicom');
    expect(sample).toMatchObject({ modality: 'VOLUME', mediaType: 'application/dicom' });
    expect(sample.views[0]?.geometry).toMatchObject({ source: { widthPx: 128, heightPx: 128 }, count: 1 });
    // Its ImageOrientationPatient is 1\\0\\0\\0\\1\\0: rows run to the left, columns to the back.
    expect(sample.views[0]?.geometry).toMatchObject({
      voxels: { origin: [0, 0, 0], right: [1, 0, 0], down: [0, 1, 0] },
      edges: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
    });
    // What pydicom's CT_small.dcm has in PatientName and PatientID.
    expect(JSON.stringify(sample)).not.toMatch(/CompressedSamples|1CT1/);
  });

  it('a depth picture: a cloud in metres, seen as its settings ask', async () => {
    const sample = await convert('pointclouds/depth_00000.png', 'image/png', {
      depthCamera: { focalX: 525, focalY: 525, centreX: 319.5, centreY: 239.5 },
      cloudViews: [
        { camera: 'FRONT', style: 'DEPTH' },
        { camera: 'ISOMETRIC_BACK', style: 'HILLSHADE' },
      ],
    });
    expect(sample).toMatchObject({ modality: 'POINT_CLOUD', mediaType: 'image/png' });
    expect(sample.views.map(({ geometry }) => geometry)).toMatchObject([
      { camera: 'front', style: 'DEPTH', unit: 'm' },
      { camera: 'isometric-back', style: 'HILLSHADE' },
    ]);
  });

  it('settings of a profile are those of the files that are inspected by it', async () => {
    const { createProfile: created } = await client.request<{ createProfile: { profile: { id: string } } }>(
      `mutation ($input: CreateProfileInput!) { createProfile(input: $input) { profile { id current {
        viewSettings { contrast cloudViews { camera } depthCamera { focalX } spectrogram window } } } errors { message } } }`,
      { input: { name: 'Board', className: 'board', viewSettings: { contrast: true } } },
    );
    expect(created.profile).toMatchObject({
      current: {
        viewSettings: { contrast: true, cloudViews: [], depthCamera: null, spectrogram: false, window: null },
      },
    });
    const { createInspection } = await client.request<{
      createInspection: { inspection: { sample: { viewSettings: object } } };
    }>(
      `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) {
        inspection { sample { viewSettings { contrast } } } errors { message } } }`,
      {
        input: {
          profileId: created.profile.id,
          source: { file: { name: 'a.png', contentType: 'image/png', bytes: 10 } },
        },
      },
    );
    expect(createInspection.inspection.sample.viewSettings).toEqual({ contrast: true });
  });

  it('a film of a phone: upright frames with their times, and nothing of where it was made', async () => {
    const sample = await convert('video/with-gps.mov', 'video/quicktime');
    expect(sample).toMatchObject({
      modality: 'VIDEO',
      mediaType: 'video/quicktime',
      notes: ['The file also has streams that are not shown: audio, data, data.'],
    });
    // ffprobe: 120 frames of 568 × 320 px in 2401 units of 1/600 s, to be turned by 90° clockwise.
    const [view] = sample.views;
    expect(view?.geometry).toMatchObject({
      __typename: 'VideoGeometry',
      codec: 'h264',
      layout: 'MONTAGE',
      frameCount: 120,
      rotation: 90,
      isMirrored: false,
      isFrameRateVariable: false,
      source: { widthPx: 320, heightPx: 568 },
    });
    expect(view?.geometry.durationMs).toBeCloseTo((2401 / 600) * 1000, 6);
    expect(view?.geometry.frames).toHaveLength(16);
    expect(JSON.stringify(sample)).not.toMatch(/32\.09|34\.86/);
  });

  it('a video by its settings: the frames with which its scenes begin, a view each', async () => {
    const sample = await convert('video/made/cuts.mp4', 'video/mp4', {
      frameSelection: 'SCENE',
      frames: 5,
      frameLayout: 'FRAME',
    });
    // Where the clip was put together: frames 0, 20, 55, 90 and 140, at 20 frames a second.
    expect(sample.views.map(({ geometry }) => geometry)).toMatchObject(
      [0, 20, 55, 90, 140].map((index) => ({ layout: 'FRAME', frames: [{ index, timeMs: index * 50 }] })),
    );
  });

  it('a moving GIF: a video, whatever it is called', async () => {
    const sample = await convert('video/made/animated.gif', 'image/gif');
    expect(sample).toMatchObject({ modality: 'VIDEO', mediaType: 'image/gif' });
  });

  it('can serve as a reference', async () => {
    const { id } = await convert('timeseries/art_daily_jumpsup.csv', 'text/csv');
    const profile = await createProfile(client, {
      name: 'Load',
      className: 'load curve',
      referenceIds: [id],
    });
    expect(profile).toMatch(/^prf_/);
  });

  it('a cloud sent for a profile is shown by the cameras of its reference', async () => {
    const reference = await convert('pointclouds/ism_train_cat.pcd', 'application/octet-stream');
    const profileId = await createProfile(client, {
      name: 'Cat',
      className: 'cat',
      referenceIds: [reference.id],
    });
    const file = 'pointclouds/ism_test_cat.pcd';
    const bytes = new Uint8Array(await readFile(join(import.meta.dirname, '..', 'fixtures', file)));
    const { inspection, upload } = await createInspection(client, profileId, {
      name: file,
      contentType: 'application/octet-stream',
      bytes,
    });
    if (!upload) throw new Error('no ticket');
    await uploadFile(upload, bytes);
    const judged = await waitForInspection(client, inspection);
    // What the embedded detector says of depths, not of pixels.
    expect(judged.verdict?.reasoning).toMatch(/the surface at the|Depths do not differ/);
    const { inspection: found } = await client.request<{ inspection: { sample: { views: View[] } } }>(
      'query ($id: ID!) { inspection(id: $id) { sample { views { geometry { ... on PointCloudGeometry { camera style right down unitsPerPx range departures { area { x y width height } behind strength } } } } } } }',
      { id: inspection.id },
    );
    const describeFrame = ({ geometry }: { readonly geometry: Readonly<Record<string, unknown>> }) =>
      ['camera', 'style', 'right', 'down', 'unitsPerPx', 'range'].map((key) => geometry[key]);
    expect(found.sample.views.map(describeFrame)).toEqual(reference.views.map(describeFrame));
    const [strongest] = found.sample.views
      .flatMap(({ geometry }) => (geometry.departures ?? []) as { strength: number; area: object }[])
      .toSorted((a, b) => b.strength - a.strength);
    expect(strongest?.strength).toBeGreaterThan(0);
    expect(Object.values(strongest?.area ?? {}).every((px) => Number.isInteger(px) && Number(px) >= 0)).toBe(
      true,
    );
  }, 60_000);
});
