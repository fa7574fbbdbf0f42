import { createReadySample } from '@loupe/cli/operations';
import type { Client } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataset, importManifest } from '../support/evaluation.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: Client;
let template: string;
let defective: string;

beforeAll(async () => {
  service = await startTestService();
  ({ client } = await service.createTenantClient());
  template = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
  defective = await createReadySample(client, await loadImage('deeppcb/00041000_test.jpg'));
}, 120_000);
afterAll(() => service.dispose());

/** The lines of a report, by the link to it. */
async function readReport(url = '') {
  const { bytes } = await fetchPatiently(url);
  const text = Buffer.from(bytes).toString();
  type Line = Record<'code' | 'message' | 'advice', string> & { line: number; field: string | null };
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('an import', () => {
  it('reports every bad line and takes the good ones only when asked', async () => {
    const datasetId = await createDataset(client);
    const lines = [
      JSON.stringify({ item: 'a', sampleId: defective, class: 'board', label: 1 }),
      'nonsense',
      JSON.stringify({ item: 'b', sampleId: 'smp_01JZZZZZZZZZZZZZZZZZZZZZZZ', class: 'board', label: 0 }),
      JSON.stringify({ item: 'a', sampleId: template, class: 'board', label: 0 }),
      JSON.stringify({ item: 'c', sampleId: template, class: 'board', label: 0 }),
    ].join('\n');
    const refused = await importManifest(client, { datasetId, format: 'JSONL' }, lines);
    expect(refused).toMatchObject({ state: 'FAILED', failure: { code: 'BAD_LINES' }, badLineCount: 3 });
    expect(refused.badLines.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(refused.badLines[2]?.reason).toBe('the item a is already on line 1');
    const taken = await importManifest(client, { datasetId, format: 'JSONL', takeGood: true }, lines);
    expect(taken).toMatchObject({
      state: 'DONE',
      itemCount: 2,
      badLineCount: 3,
      datasetVersion: { itemCount: 2 },
    });
  }, 120_000);

  it('gives a file of all bad lines, with what to do about each, whether it fails or takes the good ones', async () => {
    const good = { sampleId: template, class: 'board', label: 0 };
    // 230 bad lines: 120, 60, 30, 10, 7 and 3 of their kinds, in turns with good ones and empty ones.
    const kinds: readonly (readonly [number, string, (i: number) => string])[] = [
      [120, 'NOT_JSON', (i) => `{"item": ${i}`],
      [60, 'SAMPLE_NOT_FOUND', (i) => JSON.stringify({ ...good, item: `s${i}`, sampleId: `left/${i}.png` })],
      [30, 'LABEL_INVALID', (i) => JSON.stringify({ ...good, item: `l${i}`, label: 2 })],
      [10, 'FIELD_MISSING', (i) => JSON.stringify({ ...good, item: `c${i}`, class: '' })],
      [7, 'ITEM_TWICE', () => JSON.stringify({ ...good, item: 'good 0' })],
      [3, 'REFERENCE_NOT_FOUND', (i) => JSON.stringify({ ...good, item: `r${i}`, references: ['none'] })],
    ];
    const bad = kinds.flatMap(([count, code, render]) =>
      Array.from({ length: count }, (_, i) => ({ code, text: render(i) })),
    );
    const lines = bad.flatMap(({ text }, i) => [JSON.stringify({ ...good, item: `good ${i}` }), text, '']);
    const datasetId = await createDataset(client);
    for (const takeGood of [false, true]) {
      const ended = await importManifest(client, { datasetId, format: 'JSONL', takeGood }, lines.join('\n'));
      expect(ended).toMatchObject({
        state: takeGood ? 'DONE' : 'FAILED',
        badLineCount: 230,
        // To the last that is not empty.
        linesRead: 689,
      });
      const report = await readReport(ended.badLineReport?.url);
      expect(report.map(({ line, code }) => [line, code])).toEqual(
        bad.map(({ code }, i) => [3 * i + 2, code]),
      );
      expect(report.every(({ message, advice }) => message !== '' && advice !== '')).toBe(true);
      expect(ended.badLines.map(({ reason, ...one }) => ({ ...one, message: reason }))).toEqual(
        report.slice(0, 100),
      );
      expect(report[210]).toEqual({
        line: 632,
        field: 'class',
        code: 'FIELD_MISSING',
        message: 'class is empty',
        advice: 'Add the field.',
      });
    }
    const clean = await importManifest(client, { datasetId, format: 'JSONL' }, JSON.stringify(good));
    expect(clean).toMatchObject({ state: 'DONE', badLineCount: 0, badLineReport: null });
  }, 120_000);

  it("takes the paper's list by a file of names, and finds the picture that is its own reference", async () => {
    const entry = (name: string, label: number) => ({
      object_type: 'bottle',
      defect_img_path: name,
      good_img_path: 'bottle/test/good/000.png',
      label,
      defect_type: 'broken',
    });
    const manifest = JSON.stringify([
      entry('bottle/test/good/000.png', 1),
      entry('bottle/test/broken/000.png', 0),
    ]);
    const files = [
      { path: 'bottle/test/good/000.png', sampleId: template },
      { path: 'bottle/test/broken/000.png', sampleId: defective },
    ];
    const done = await importManifest(
      client,
      { datasetId: await createDataset(client), format: 'PAPER_LIST' },
      manifest,
      files.map((one) => JSON.stringify(one)).join('\n'),
    );
    expect(done.datasetVersion).toMatchObject({
      itemCount: 2,
      leaks: [{ kind: 'REFERENCE_IS_ITEM', items: ['bottle/test/good/000.png'] }],
    });
  }, 120_000);
});
