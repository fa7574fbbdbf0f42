import { createProfile, createReadySample } from '@loupe/cli/operations';
import type { Client } from '@loupe/sdk';
import { perturbImage } from '@loupe/vision/perturb';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PredictionReader } from '../../packages/metrics/index.ts';
import {
  addItems,
  createDataset,
  createEvaluation,
  type DatasetVersionView,
  waitForEvaluation,
} from '../support/evaluation.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

const BOARDS = ['00041000', '00041001', '00041002'];

let service: TestService;
let client: Client;
let profileId: string;
let datasetId: string;
let version: DatasetVersionView;
/** The template, the board with defects, and the template photographed again, by board. */
const samples = new Map<string, { template: string; defective: string; normal: string }>();

beforeAll(async () => {
  service = await startTestService();
  ({ client } = await service.createTenantClient());
  for (const board of BOARDS) {
    const template = await loadImage(`deeppcb/${board}_temp.jpg`);
    const again = { shiftX: 2, shiftY: -1, turnDegrees: 0.3, gain: 1.02, noise: 2 };
    const bytes = new Uint8Array(await perturbImage(template.bytes, again, 7));
    samples.set(board, {
      template: await createReadySample(client, template),
      defective: await createReadySample(client, await loadImage(`deeppcb/${board}_test.jpg`)),
      normal: await createReadySample(client, { ...template, bytes }),
    });
  }
  profileId = await createProfile(client, { name: 'Board', className: 'printed circuit board' });
  datasetId = await createDataset(client);
}, 120_000);
afterAll(() => service.dispose());

const listItems = () =>
  [...samples].flatMap(([board, { template, defective, normal }]) => [
    {
      source: { sampleId: defective },
      name: `${board}/defective`,
      label: 'ANOMALOUS',
      className: 'board',
      defectType: 'open',
      referenceIds: [template],
    },
    {
      source: { sampleId: normal },
      name: `${board}/normal`,
      label: 'NORMAL',
      className: 'board',
      referenceIds: [template],
    },
  ]);

describe('a dataset', () => {
  it('has versions that are named by their content', async () => {
    const items = listItems();
    version = await addItems(client, datasetId, items);
    expect(version).toMatchObject({
      number: 1,
      itemCount: 6,
      normalCount: 3,
      anomalousCount: 3,
      leakCount: 0,
    });
    expect(await addItems(client, datasetId, items.toReversed())).toEqual(version);
  });

  it('reports a reference that is an item, and content that is in two splits', async () => {
    const [board] = [...samples.values()];
    const leaky = await addItems(client, await createDataset(client, 'Leaky'), [
      {
        source: { sampleId: board?.template },
        name: 'same',
        label: 'NORMAL',
        className: 'b',
        split: 'test',
        referenceIds: [board?.template],
      },
      {
        source: { sampleId: board?.template },
        name: 'again',
        label: 'NORMAL',
        className: 'b',
        split: 'train',
      },
    ]);
    expect(leaky.leakCount).toBe(2);
    expect(leaky.leaks.map(({ kind }) => kind).sort()).toEqual([
      'DUPLICATE_ACROSS_SPLITS',
      'REFERENCE_IS_ITEM',
    ]);
  });
});

describe('an evaluation of items that are references of its profile', () => {
  it('names them, by sample and by content, but not those with references of their own', async () => {
    const [board, other] = [...samples.values()];
    const copy = await createReadySample(
      client,
      await loadImage(`deeppcb/${[...samples.keys()][0]}_temp.jpg`),
    );
    const comparing = await createProfile(client, {
      name: 'Compared',
      className: 'board',
      model: 'loupe/reference-match',
      referenceIds: [board?.template],
    });
    const item = (name: string, sampleId: string | undefined, referenceIds?: unknown[]) => ({
      source: { sampleId },
      name,
      label: 'NORMAL',
      className: 'board',
      ...(referenceIds && { referenceIds }),
    });
    const { id: datasetVersionId } = await addItems(client, await createDataset(client, 'Leaky, too'), [
      item('copy', copy),
      item('own', board?.template, [other?.template]),
      item('other', other?.normal),
    ]);
    const { id } = await createEvaluation(client, { profileId: comparing, datasetVersionId });
    await waitForEvaluation(client, id);
    const { evaluation } = await client.request<{ evaluation: { leaks: unknown; report: { url: string } } }>(
      'query ($id: ID!) { evaluation(id: $id) { leaks { kind items } report { url } } }',
      { id },
    );
    expect(evaluation.leaks).toEqual([{ kind: 'REFERENCE_IS_ITEM', items: ['copy'] }]);
    const { bytes } = await fetchPatiently(evaluation.report.url);
    expect(Buffer.from(bytes).toString()).toContain('compared with themselves: copy.');
  }, 120_000);
});

describe('an evaluation', () => {
  let id: string;

  it('judges every item once by every variant', async () => {
    const { id: made } = await createEvaluation(client, {
      profileId,
      datasetVersionId: version.id,
      name: 'Boards <script>',
      variants: [{ name: 'with template' }, { name: 'alone', referenceCount: 0 }],
    });
    id = made;
    const done = await waitForEvaluation(client, id);
    expect(done).toMatchObject({
      state: 'DONE',
      failure: null,
      progress: { items: 12, judged: 12, failed: 0, costMicroUsd: 0 },
    });
  }, 120_000);

  it('finds the defects when it has the template', async () => {
    const { evaluation } = await client.request<{
      evaluation: {
        variants: {
          result: {
            modalities: unknown;
            clean: { pooled: Record<string, number>; macro: { classCount: number } };
          };
        }[];
        comparisons: { items: number; second: string }[];
      };
    }>(
      `query ($id: ID!) { evaluation(id: $id) {
        variants { name result { judged latencyP50Ms slices { name items recall } modalities { modality anomalous normal recall specificity } roc { far recall }
          clean { resamples resampleAurocError pooled { auroc aupr items coverage reasons { metric } intervals { metric low high } } macro { classCount auroc } classes { name metrics { acc } } } } }
        comparisons { items first second pValue resamples resampleAurocError differences { metric value low high } } } }`,
      { id },
    );
    const [first] = evaluation.variants;
    expect(first?.result.clean.pooled).toMatchObject({ auroc: 1, aupr: 1, items: 6, coverage: 1 });
    expect(first?.result.modalities).toMatchObject([{ modality: 'IMAGE', anomalous: 3, normal: 3 }]);
    expect(evaluation.comparisons).toMatchObject([
      { second: 'alone', items: 6, resamples: 1000, resampleAurocError: 0 },
    ]);
  });

  it('lists judged items with their samples, page by page, and by what went wrong', async () => {
    const list = async (args: string) => {
      const { evaluation } = await client.request<{
        evaluation: {
          items: {
            edges: { node: { name: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      }>(
        `query ($id: ID!) { evaluation(id: $id) { items(${args}) {
          edges { node { name label score outcome decision reasoning sample { id } } } pageInfo { hasNextPage endCursor } } } }`,
        { id },
      );
      return evaluation.items;
    };
    const first = await list('first: 4');
    expect(first.edges).toHaveLength(4);
    const rest = await list(`first: 4, after: "${first.pageInfo.endCursor}"`);
    expect(rest.pageInfo.hasNextPage).toBe(false);
    const names = [...first.edges, ...rest.edges].map(({ node }) => node.name);
    expect(names).toEqual(BOARDS.flatMap((board) => [`${board}/defective`, `${board}/normal`]));
    expect((await list('filter: MISSED')).edges).toEqual([]);
    expect((await list('filter: NO_ANSWER, variant: "alone"')).edges).toEqual([]);
  });

  it('has a report without script or network, and files for other programs', async () => {
    const { evaluation } = await client.request<{
      evaluation: { report: { url: string }; exports: { name: string; link: { url: string } }[] };
    }>('query ($id: ID!) { evaluation(id: $id) { report { url } exports { name link { url } } } }', { id });
    const report = await fetchPatiently(evaluation.report.url);
    expect(report.headers.get('content-type')).toContain('text/html');
    const html = Buffer.from(report.bytes).toString();
    expect(html).toContain('Boards &lt;script&gt;');
    expect(html).not.toMatch(/<script|src="http|@import/);
    expect(html.match(/<svg/g)?.length).toBe(7);

    const read = async (name: string) => {
      const found = evaluation.exports.find((file) => file.name === name);
      return (await fetchPatiently(found?.link.url ?? '')).bytes;
    };
    const reader = new PredictionReader('alone');
    for (const line of Buffer.from(await read('items-0.jsonl'))
      .toString()
      .split('\n'))
      reader.read(line);
    expect(reader.badLines).toEqual([]);
    expect(reader.predictions).toHaveLength(6);
    expect(
      Buffer.from(await read('items-0.csv'))
        .toString()
        .split('\r\n'),
    ).toHaveLength(1 + 12 + 1);
    const parquet = await read('items-0.parquet');
    const rows = await parquetReadObjects({ file: Uint8Array.from(parquet).buffer });
    expect(rows).toHaveLength(12);
    expect(rows[0]).toMatchObject({ variant: 'with template', item: '00041000/defective', label: 1 });
  });

  it('estimates before it asks, and refuses a profile or version that is not there', async () => {
    const { estimateEvaluation } = await client.request<{ estimateEvaluation: object }>(
      'query ($input: CreateEvaluationInput!) { estimateEvaluation(input: $input) { items calls costMicroUsd } }',
      { input: { profileId, datasetVersionId: version.id, ablation: true } },
    );
    expect(estimateEvaluation).toEqual({ items: 6, calls: 36, costMicroUsd: 0 });
    await expect(
      createEvaluation(client, { profileId, datasetVersionId: 'dsv_01JZZZZZZZZZZZZZZZZZZZZZZZ' }),
    ).rejects.toThrow('no such');
  });
});

describe('an evaluation of robustness', () => {
  let datasetVersionId: string;
  beforeAll(async () => {
    ({ id: datasetVersionId } = await addItems(client, datasetId, listItems()));
  });

  it('tells by strength how decisions and AUROC hold, with references left undisturbed', async () => {
    const { id } = await createEvaluation(client, {
      profileId,
      datasetVersionId,
      robustness: ['OCCLUSION'],
      variants: [{ name: 'faint', perturbation: { kind: 'JPEG_QUALITY', strength: 0.1 } }],
    });
    expect(await waitForEvaluation(client, id)).toMatchObject({
      state: 'DONE',
      progress: { items: 36, judged: 36, failed: 0 },
    });
    const { evaluation } = await client.request<{
      evaluation: {
        report: { url: string };
        variants: { name: string; perturbation: object | null }[];
        robustness: {
          kind: string;
          variant: string;
          points: { strength: number; items: number; agreement: number; auroc: number }[];
        }[];
      };
    }>(
      `query ($id: ID!) { evaluation(id: $id) {
        report { url } variants { name perturbation { kind strength } }
        robustness { kind variant points { variant strength items agreement auroc } } } }`,
      { id },
    );
    expect(evaluation.variants.map(({ name }) => name)).toEqual([
      'faint',
      'undisturbed',
      'OCCLUSION 0.25',
      'OCCLUSION 0.5',
      'OCCLUSION 0.75',
      'OCCLUSION 1',
    ]);
    expect(evaluation.variants[1]?.perturbation).toBeNull();
    expect(evaluation.variants[2]?.perturbation).toEqual({ kind: 'OCCLUSION', strength: 0.25 });
    const [faint, covered] = evaluation.robustness;
    expect(faint).toMatchObject({ kind: 'JPEG_QUALITY', variant: 'undisturbed' });
    // A little compression is what every camera does: nothing may change.
    expect(faint?.points[1]).toMatchObject({ strength: 0.1, items: 6, agreement: 1, auroc: 1 });
    expect(covered?.points.map(({ strength }) => strength)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(covered?.points[0]).toMatchObject({ items: 6, agreement: 1, auroc: 1 });
    // Something that lies on a good board is a defect: all that were called defective still are, and the good ones now.
    expect(covered?.points.slice(1).map(({ agreement }) => agreement)).toEqual([0.5, 0.5, 0.5, 0.5]);
    const html = Buffer.from((await fetchPatiently(evaluation.report.url)).bytes).toString();
    expect(html).toContain('Decisions that hold');
  }, 120_000);

  it('is refused with a strength that is none', async () => {
    const variants = [{ name: 'a', perturbation: { kind: 'BLUR', strength: 1.5 } }];
    await expect(createEvaluation(client, { profileId, datasetVersionId, variants })).rejects.toThrow(
      'strength lies between 0 and 1',
    );
  });
});
