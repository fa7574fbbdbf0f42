import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createInspection,
  createProfile,
  createReadySample,
  type FileToSend,
  waitForInspection,
} from '@loupe/cli/operations';
import { type Client, uploadFile } from '@loupe/sdk';
import { cropFrame } from '@loupe/vision/video';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { readContent, startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { startDeletion } from '../support/deletion.ts';
import { eventually } from '../support/eventually.ts';
import { itInOrder } from '../support/in-order.ts';
import { openRawCloud, type RawCloud } from '../support/raw-cloud.ts';
import { startTestService, type TestService } from '../support/service.ts';

/** Of `bottle-detection.mp4`, as ffprobe says. */
const FRAME = { x: 0, y: 0, width: 640, height: 360 };
/** Where the first of four frames lies in a montage of 512 px. */
const AREA = { left: 6, top: 25, width: 247, height: 138 };

let openai: ModelServer;
let service: TestService;
let raw: RawCloud;
let client: Client;
let tenantId: string;
let film: FileToSend;

beforeAll(async () => {
  openai = await startOpenAiServer({ apiKey: 'sk-test', models: ['gpt-4o'] });
  service = await startTestService({
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: openai.baseUrl },
  });
  raw = openRawCloud(service.endpoints);
  ({ client, id: tenantId } = await service.createTenantClient());
  const path = join(import.meta.dirname, '..', 'fixtures', 'video', 'bottle-detection.mp4');
  film = { name: 'bottles.mp4', contentType: 'video/mp4', bytes: new Uint8Array(await readFile(path)) };
}, 120_000);
afterAll(async () => {
  raw.close();
  await service.dispose();
  await openai.stop();
});

/** The first of four marks is the quarter of the montage in which the first frame lies. */
function answer(score: number) {
  const text = JSON.stringify({ reasoning: '', correctness: 1, anomaly_score: score, marks: [1] });
  return { kind: 'answer' as const, text };
}

/** What a profile makes of the film, and where its sample's frames are kept. */
async function inspect(secondLook: boolean) {
  const profileId = await createProfile(client, {
    name: 'Line',
    className: 'bottles',
    model: 'gpt-4o',
    preset: 'CLASS',
    longSidePx: 512,
    uncertainBand: 0.2,
    viewSettings: { frames: 4 },
    prompt: { secondLook, marks: 'GRID', markCount: 4 },
  });
  const { inspection, upload } = await createInspection(client, profileId, film);
  if (upload === null) throw new Error('no ticket');
  await uploadFile(upload, film.bytes);
  const { id } = await waitForInspection(client, inspection);
  const answered = await client.request<{
    inspection: {
      sample: { id: string };
      verdict: { regions: { place: { frames: { index: number }[] } }[] };
    };
  }>(
    `query ($id: ID!) { inspection(id: $id) { sample { id }
      verdict { regions { place { ... on VideoPlace { frames { index } } } } } } }`,
    { id },
  );
  const { sample, verdict } = answered.inspection;
  return { ...verdict, sampleId: sample.id, framesAt: locateFrames(sample.id) };
}

function locateFrames(sampleId: string): string {
  return `tenants/${tenantId}/samples/${sampleId}/frames/`;
}

/** Mean difference of two pictures of 640 × 360 px, 0..255. */
async function compare(a: Uint8Array, b: Uint8Array): Promise<number> {
  const decode = (bytes: Uint8Array) => sharp(bytes).resize(640, 360, { fit: 'fill' }).raw().toBuffer();
  const [one, other] = [await decode(a), await decode(b)];
  return one.reduce((sum, value, i) => sum + Math.abs(value - (other[i] ?? 0)), 0) / one.length;
}

itInOrder("a second look at a film shows the frame's own pixels, which go with its sample", async () => {
  openai.script(answer(0.5), answer(1));

  const { regions, sampleId, framesAt } = await inspect(true);

  const [first, second] = openai.requests.slice(-2).map((request) => readContent(request));
  const [montage, zoom] = [first?.[1] as Uint8Array, second?.[1] as Uint8Array];
  const [index = -1, ...others] = regions[0]?.place.frames.map((frame) => frame.index) ?? [];
  expect(others).toEqual([]);
  const original = await cropFrame(film.bytes, index, FRAME);
  expect(await sharp(zoom).metadata()).toMatchObject({ width: 640, height: 360 });
  // Twice JPEG; the montage shows less than a half of the frame's width.
  expect(await compare(zoom, original.bytes)).toBeLessThan(0.5);
  const shown = await sharp(montage).extract(AREA).toBuffer();
  expect(await compare(shown, original.bytes)).toBeGreaterThan(1.5);

  expect(await raw.listObjects(framesAt)).toHaveLength(4);
  await startDeletion(client, 'deleteSample', { id: sampleId });
  await eventually(async () => expect(await raw.listObjects(framesAt)).toEqual([]));
});

it('frames are kept of a film that is uploaded first, for any profile, and not for one without second looks', async () => {
  const sampleId = await createReadySample(client, film, { frames: 20 });
  openai.script(answer(0.9));

  const { framesAt } = await inspect(false);

  expect(await raw.listObjects(framesAt)).toEqual([]);
  expect(await raw.listObjects(locateFrames(sampleId))).toHaveLength(20);
});
