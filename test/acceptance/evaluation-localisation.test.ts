import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import type { Client } from '@loupe/sdk';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataset, createEvaluation, importManifest, waitForEvaluation } from '../support/evaluation.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures');

let service: TestService;
let client: Client;
let profileId: string;

beforeAll(async () => {
  service = await startTestService();
  ({ client } = await service.createTenantClient());
  profileId = await createProfile(client, { name: 'Any', className: 'object' });
}, 60_000);
afterAll(() => service.dispose());

async function upload(name: string, contentType: string): Promise<string> {
  const bytes = new Uint8Array(await readFile(join(fixtures, name)));
  return createReadySample(client, { name, contentType, bytes });
}

type Figure = 'pixelAuroc' | 'aupro' | 'boxIou' | 'nab' | 'timeIou';
type Found = Record<Figure, number | null> & { reasons: { metric: string; reason: string }[] };

/** Judges a dataset of these lines by the embedded detector. */
function evaluate(lines: readonly object[]) {
  return evaluateManifest('JSONL', writeLines(lines), profileId);
}

function writeLines(lines: readonly object[]): string {
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

async function evaluateManifest(format: string, manifest: string, profile: string, files?: string) {
  const datasetId = await createDataset(client);
  const { datasetVersion, badLines } = await importManifest(client, { datasetId, format }, manifest, files);
  expect(badLines).toEqual([]);
  const { id } = await createEvaluation(client, {
    profileId: profile,
    datasetVersionId: datasetVersion?.id,
  });
  expect(await waitForEvaluation(client, id)).toMatchObject({ state: 'DONE', progress: { failed: 0 } });
  const { evaluation } = await client.request<{
    evaluation: {
      report: { url: string };
      variants: {
        result: {
          localisation: Found;
        };
      }[];
    };
  }>(
    `query ($id: ID!) { evaluation(id: $id) { report { url } variants { result { localisation {
      pixelItems pixelAuroc aupro maskItems maskIou pointingItems pointingGame
      boxItems boxIou accAtIou10 accAtIou30 accAtIou50
      timeItems windows windowsFound timeFalseAlarms nab timeIou reasons { metric reason } } } } } }`,
    { id },
  );
  const html = Buffer.from((await fetchPatiently(evaluation.report.url)).bytes).toString();
  const [variant] = evaluation.variants;
  if (!variant) throw new Error('The evaluation has no variant.');
  return { ...variant.result.localisation, html };
}

/** Boxes as DeepPCB has them: x1 y1 x2 y2 and the kind of defect. */
async function readBoxes(name: string) {
  const lines = (await readFile(join(fixtures, 'images', 'deeppcb', name), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const [left = 0, top = 0, right = 0, bottom = 0] = line.split(/\s+/).map(Number);
    return { x: left, y: top, width: right - left, height: bottom - top };
  });
}

describe('localisation in an evaluation', () => {
  it('compares maps and regions with masks', async () => {
    const reference = await upload('images/cookie/normal/normal-1.jpg', 'image/jpeg');
    const normal = await upload('images/cookie/normal/normal-2.jpg', 'image/jpeg');
    const cracked = await upload('images/cookie/anomaly/anomaly-2.jpg', 'image/jpeg');
    const mask = await upload('images/cookie/masks/anomaly-2.png', 'image/png');
    const shared = { class: 'cookie', references: [reference] };
    const found = await evaluate([
      { ...shared, item: 'normal', sampleId: normal, label: 0 },
      { ...shared, item: 'cracked', sampleId: cracked, label: 1, mask },
    ]);

    expect(found).toMatchObject({
      pixelItems: 2,
      maskItems: 1,
      pointingItems: 1,
      boxItems: 1,
      windows: 0,
      nab: null,
    });
    // packages/vision/reference measures 0.92 to 0.97 for these cookies alone.
    expect(found.pixelAuroc).toBeGreaterThan(0.85);
    expect(found.aupro).toBeGreaterThan(0.3);
    expect(found.reasons.find(({ metric }) => metric === 'nab')?.reason).toBe(
      'No item has a window of time.',
    );
    expect(found.html).toContain('pixel AUROC');
  }, 60_000);

  it('joins the masks of an item that LOCO AD has in several files', async () => {
    const reference = await upload('images/cookie/normal/normal-1.jpg', 'image/jpeg');
    const cracked = await upload('images/cookie/anomaly/anomaly-2.jpg', 'image/jpeg');
    // Coloured on transparent ground.
    const coloured = await readFile(join(fixtures, 'images/cookie/masks/anomaly-2.png'));
    const whole = await sharp(coloured).extractChannel('alpha').png().toBuffer();
    const { width, height } = await sharp(whole).metadata();
    const half = Math.floor(width / 2);
    const halves = await Promise.all(
      [0, half].map(async (left) => {
        const cover = { create: { width: half, height, channels: 3, background: 'black' } } as const;
        const bytes = await sharp(whole)
          .composite([{ input: cover, left, top: 0 }])
          .removeAlpha()
          .toColourspace('b-w')
          .png()
          .toBuffer();
        const file = { name: `${left}.png`, contentType: 'image/png', bytes: new Uint8Array(bytes) };
        return createReadySample(client, file);
      }),
    );
    const comparing = await createProfile(client, {
      name: 'Cookie',
      className: 'cookie',
      referenceIds: [reference],
    });
    const files = {
      'cookie/test/structural_anomalies/007.png': cracked,
      'cookie/ground_truth/structural_anomalies/007/000.png': halves[0],
      'cookie/ground_truth/structural_anomalies/007/001.png': halves[1],
    };
    const paths = Object.entries(files).map(([path, sampleId]) => ({ path, sampleId }));
    const joined = await evaluateManifest(
      'MVTEC_PATHS',
      Object.keys(files).join('\n'),
      comparing,
      writeLines(paths),
    );
    const mask = await upload('images/cookie/masks/anomaly-2.png', 'image/png');
    const item = { class: 'cookie', item: 'cracked', sampleId: cracked, label: 1, mask };
    const once = await evaluateManifest('JSONL', writeLines([item]), comparing);

    expect(joined).toMatchObject({ maskItems: 1, pixelItems: 1 });
    expect(joined.pixelAuroc).toBeGreaterThan(0.5);
    expect({ ...joined, html: '' }).toEqual({ ...once, html: '' });
  }, 60_000);

  it('compares regions with boxes, where there is no mask', async () => {
    const template = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
    const board = await createReadySample(client, await loadImage('deeppcb/00041000_test.jpg'));
    const boxes = await readBoxes('00041000.txt');
    const shared = { class: 'board', references: [template] };
    const found = await evaluate([
      { ...shared, item: 'board', sampleId: board, label: 1, boxes },
      { ...shared, item: 'template', sampleId: template, label: 0 },
    ]);

    expect(found).toMatchObject({
      boxItems: 1,
      pointingGame: 1,
      accAtIou10: 1,
      maskIou: null,
      pixelAuroc: null,
    });
    expect(found.boxIou).toBeGreaterThan(0.3);
    expect(found.reasons.find(({ metric }) => metric === 'pixelAuroc')?.reason).toBe(
      'No anomalous item has a mask.',
    );
  }, 60_000);

  it("compares stretches of a series with NAB's windows", async () => {
    const series = await upload('timeseries/art_daily_jumpsup.csv', 'text/csv');
    // As NAB's combined_windows.json has them.
    const windows = [['2014-04-10 16:15:00.000000', '2014-04-12 01:45:00.000000']];
    const found = await evaluate([{ item: 'jump', class: 'art', sampleId: series, label: 1, windows }]);

    expect(found).toMatchObject({ timeItems: 1, windows: 1, windowsFound: 1, pixelItems: 0, boxItems: 0 });
    expect(found.nab).toBeGreaterThan(50);
    expect(found.timeIou).toBeGreaterThan(0);
    expect(found.html).toContain('NAB score');
  }, 60_000);
});
