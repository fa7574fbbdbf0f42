import {
  createInspection,
  createProfile,
  createReadySample,
  getInspection,
  waitForInspection,
} from '@loupe/cli/operations';
import { type Client, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: Client;

beforeAll(async () => {
  service = await startTestService();
  ({ client } = await service.createTenantClient());
}, 120_000);
afterAll(() => service.dispose());

describe("a phone's flow: mutation, POST, poll", () => {
  it('finds the defect of a real board against its template, where the data set says it is', async () => {
    const reference = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
    const profileId = await createProfile(client, {
      name: 'Board',
      className: 'printed circuit board',
      referenceIds: [reference],
    });
    const file = await loadImage('deeppcb/00041000_test.jpg');
    const { inspection, upload } = await createInspection(client, profileId, file);
    expect(inspection.state).toBe('QUEUED');
    if (!upload) throw new Error('no ticket');
    await uploadFile(upload, file.bytes);
    const done = await waitForInspection(client, inspection);

    expect(done.state).toBe('DONE');
    expect(done.verdict?.decision).toBe('ANOMALOUS');
    expect(done.verdict?.outcome).toBe('PARSED');
    const strongest = done.verdict?.regions[0];
    expect(boxesOf00041000.some((box) => strongest && overlap(box, strongest))).toBe(true);

    const { inspection: again } = await client.request<{
      inspection: { verdict: { regions: { x: number; place: object }[] } };
    }>(
      `query ($id: ID!) { inspection(id: $id) { verdict { regions { x y width height place {
        ... on ImagePlace { area { x y width height } } } } } } }`,
      { id: inspection.id },
    );
    // The board has 640 × 640 pixels, and so has its view.
    for (const { place, ...region } of again.verdict.regions) expect(place).toEqual({ area: region });

    const overlay = await fetchPatiently(done.verdict?.overlay?.url ?? '');
    expect(overlay.status).toBe(200);
    expect([...overlay.bytes.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  });

  it("takes a phone's HEIC and shows it upright at its full size", async () => {
    const id = await createReadySample(client, await loadImage('cheers_1440x960.heic', 'image/heic'));
    const { sample } = await client.request<{
      sample: {
        mediaType: string;
        views: { widthPx: number; heightPx: number; geometry: object; link: { url: string } }[];
      };
    }>(
      `query ($id: ID!) { sample(id: $id) { mediaType views { widthPx heightPx link { url }
      geometry { ... on ImageGeometry { source { widthPx heightPx } } } } } }`,
      { id },
    );
    expect(sample.mediaType).toBe('image/heic');
    expect(sample.views).toMatchObject([
      { widthPx: 1440, heightPx: 960, geometry: { source: { widthPx: 1440, heightPx: 960 } } },
    ]);
    expect((await fetchPatiently(sample.views[0]?.link.url ?? '')).headers.get('content-type')).toBe(
      'image/jpeg',
    );
  });

  it('judges a sample that is there already, and tells how many ended', async () => {
    const sampleId = await createReadySample(client, await loadImage('pcb/normal.JPG'));
    const profileId = await createProfile(client, { name: 'Alone', className: 'circuit board module' });
    const { createInspection: created } = await client.request<{
      createInspection: { inspection: { id: string }; upload: null; errors: [] };
    }>(
      `mutation ($input: CreateInspectionInput!) {
        createInspection(input: $input) { inspection { id } upload { url } errors { code } } }`,
      { input: { profileId, source: { sampleId } } },
    );
    expect(created.upload).toBeNull();
    const first = await getInspection(client, created.inspection.id);
    if (!first) throw new Error('it is not there');
    const done = await waitForInspection(client, first);
    expect(done.state).toBe('DONE');
    expect(done.verdict?.reasoning).toMatch(/without|no reference/i);

    const { profile } = await client.request<{ profile: { counts: Record<string, number> } }>(
      'query ($id: ID!) { profile(id: $id) { counts { done failed normal anomalous uncertain } } }',
      { id: profileId },
    );
    expect(profile.counts.done).toBe(1);
    expect(profile.counts.failed).toBe(0);
    const decided =
      Number(profile.counts.normal) + Number(profile.counts.anomalous) + Number(profile.counts.uncertain);
    expect(decided).toBe(1);
  });
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The defects of board 00041000 as DeepPCB lists them (00041000.txt: x1 y1 x2 y2 type). */
const boxesOf00041000: readonly Box[] = [
  { x: 466, y: 441, width: 27, height: 29 },
  { x: 454, y: 300, width: 39, height: 96 },
  { x: 331, y: 248, width: 33, height: 35 },
  { x: 221, y: 314, width: 32, height: 36 },
  { x: 151, y: 149, width: 31, height: 26 },
  { x: 492, y: 28, width: 33, height: 27 },
  { x: 424, y: 24, width: 37, height: 29 },
  { x: 250, y: 341, width: 28, height: 29 },
  { x: 539, y: 259, width: 53, height: 57 },
  { x: 89, y: 469, width: 38, height: 28 },
];

function overlap(left: Box, right: Box): boolean {
  return (
    left.x < right.x + right.width &&
    right.x < left.x + left.width &&
    left.y < right.y + right.height &&
    right.y < left.y + left.height
  );
}
