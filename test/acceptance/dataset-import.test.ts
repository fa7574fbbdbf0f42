import { createReadySample } from '@loupe/cli/operations';
import type { Client } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataset, importManifest } from '../support/evaluation.ts';
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
