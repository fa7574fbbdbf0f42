import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, type UploadTicket, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type DeletionView,
  readCounts,
  readDeletion,
  requestDeletion,
  startDeletion,
  waitForDeletion,
} from '../support/deletion.ts';
import { addItems, createDataset, createEvaluation, waitForEvaluation } from '../support/evaluation.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { loadImage } from '../support/images.ts';
import { openRawCloud } from '../support/raw-cloud.ts';
import { startTestService, type TestService } from '../support/service.ts';

/** A deletion looks once more after requests that were under way have ended: half a minute. */
const DONE_WITHIN_MS = 90_000;

/** On a cloud that makes faults a message may come back after the lease of a worker that vanished. */
const whenBusy = (claim: () => Promise<void>) =>
  vi.waitFor(claim, { timeout: DONE_WITHIN_MS, interval: 200 });

let service: TestService;
let client: Client;
let profileId: string;
let referenceId: string;

beforeAll(async () => {
  service = await startTestService();
  ({ client } = await service.createTenantClient());
  referenceId = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
  profileId = await createProfile(client, {
    name: 'Boards',
    className: 'board',
    referenceIds: [referenceId],
  });
}, 60_000);
afterAll(() => service?.dispose());

/** A judged inspection of a sample of its own, with a review and links to its pictures. */
async function inspect() {
  const file = await loadImage('deeppcb/00041000_test.jpg');
  const { inspection, upload } = await createInspection(client, profileId, file);
  if (!upload) throw new Error('no ticket');
  await uploadFile(upload, file.bytes);
  const { id } = await waitForInspection(client, inspection);
  await client.request(
    'mutation ($id: ID!) { createReview(input: { inspectionId: $id, kind: CONFIRM }) { errors { code } } }',
    { id },
  );
  const { inspection: seen } = await client.request<{
    inspection: {
      sample: { id: string; original: { url: string }; views: { link: { url: string } }[] };
      verdict: { overlay: { url: string } | null; audit: { url: string } };
    };
  }>(
    `query ($id: ID!) { inspection(id: $id) {
      sample { id original { url } views { link { url } } } verdict { overlay { url } audit { url } } } }`,
    { id },
  );
  const pictures = [seen.verdict.overlay?.url, seen.verdict.audit.url].filter((url) => url !== undefined);
  const files = [seen.sample.original.url, ...seen.sample.views.map(({ link }) => link.url)];
  return { id, sampleId: seen.sample.id, files, pictures };
}

async function readStatuses(urls: readonly string[]): Promise<number[]> {
  return Promise.all(urls.map(async (url) => (await fetchPatiently(url)).status));
}

const find = (field: string, id: string, selection = 'id') =>
  client
    .request<Record<string, object | null>>(
      `query ($id: ID!) { found: ${field}(id: $id) { ${selection} } }`,
      {
        id,
      },
    )
    .then(({ found }) => found);

describe('deletions', () => {
  const begun: Record<string, DeletionView> = {};
  let whole: Awaited<ReturnType<typeof inspect>>;
  let kept: Awaited<ReturnType<typeof inspect>>;
  let alone: Awaited<ReturnType<typeof inspect>>;
  let ticket: UploadTicket;
  const dataset = { id: '', versionId: '', evaluationId: '' };

  beforeAll(async () => {
    [whole, kept, alone] = await Promise.all([inspect(), inspect(), inspect()]);
    dataset.id = await createDataset(client);
    const item = { source: { sampleId: kept.sampleId }, label: 'ANOMALOUS', className: 'board' };
    dataset.versionId = (await addItems(client, dataset.id, [item])).id;
    const evaluation = await createEvaluation(client, { profileId, datasetVersionId: dataset.versionId });
    dataset.evaluationId = evaluation.id;
    await waitForEvaluation(client, evaluation.id);
  }, 90_000);

  it('a reference of a profile in service is refused, with the profile', async () => {
    const { deletion, errors } = await requestDeletion(client, 'deleteSample', { id: referenceId });
    expect(deletion).toBeNull();
    expect(errors).toMatchObject([{ code: 'IN_USE', message: expect.stringContaining(profileId) }]);
  });

  it(
    'a sample is gone at once, with its files, its views and its inspections',
    async () => {
      begun.whole = await startDeletion(client, 'deleteSample', {
        id: whole.sampleId,
        idempotencyKey: 'once',
      });
      expect(
        await find('sample', whole.sampleId, 'id state deletedAt fileName views { widthPx }'),
      ).toMatchObject({ state: 'DELETED', fileName: '', views: [] });
      const again = await startDeletion(client, 'deleteSample', {
        id: whole.sampleId,
        idempotencyKey: 'once',
      });
      expect(again.id).toBe(begun.whole.id);
      const other = await requestDeletion(client, 'deleteSample', { id: whole.sampleId });
      expect(other.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
      const seen = await waitForDeletion(
        client,
        begun.whole.id,
        ({ counts }) => (readCounts(counts).overlays ?? 0) > 0 && (readCounts(counts).files ?? 0) > 0,
        DONE_WITHIN_MS,
      );
      expect(readCounts(seen.counts)).toMatchObject({ samples: 1, inspections: 1, reviews: 1, files: 2 });
      expect(await find('inspection', whole.id)).toBeNull();
      await whenBusy(async () =>
        expect(new Set(await readStatuses([...whole.files, ...whole.pictures]))).toEqual(new Set([404])),
      );
    },
    DONE_WITHIN_MS,
  );

  it(
    'a sample may leave its verdicts behind, without pictures, and stays named where a dataset has it',
    async () => {
      begun.kept = await startDeletion(client, 'deleteSample', { id: kept.sampleId, keepInspections: true });
      await whenBusy(async () => {
        expect(
          await find(
            'inspection',
            kept.id,
            'state sample { state } verdict { decision overlay { url } audit { url } }',
          ),
        ).toMatchObject({
          state: 'DONE',
          sample: { state: 'DELETED' },
          verdict: { decision: expect.any(String), overlay: null, audit: null },
        });
        expect(new Set(await readStatuses([...kept.files, ...kept.pictures]))).toEqual(new Set([404]));
      });
      const evaluation = await createEvaluation(client, { profileId, datasetVersionId: dataset.versionId });
      expect((await waitForEvaluation(client, evaluation.id)).progress).toMatchObject({
        judged: 1,
        failed: 1,
      });
    },
    DONE_WITHIN_MS,
  );

  it(
    'an inspection goes without its sample',
    async () => {
      begun.alone = await startDeletion(client, 'deleteInspection', { id: alone.id });
      expect(await find('inspection', alone.id)).toBeNull();
      await whenBusy(async () => expect(new Set(await readStatuses(alone.pictures))).toEqual(new Set([404])));
      expect(new Set(await readStatuses(alone.files))).toEqual(new Set([200]));
    },
    DONE_WITHIN_MS,
  );

  it(
    'an evaluation goes without its dataset',
    async () => {
      const { id } = await createEvaluation(client, { profileId, datasetVersionId: dataset.versionId });
      await waitForEvaluation(client, id);
      begun.evaluation = await startDeletion(client, 'deleteEvaluation', { id });
      expect(await find('evaluation', id)).toBeNull();
      expect(await find('dataset', dataset.id)).toEqual({ id: dataset.id });
    },
    DONE_WITHIN_MS,
  );

  it(
    'a dataset goes with its versions and the evaluations on it',
    async () => {
      begun.dataset = await startDeletion(client, 'deleteDataset', { id: dataset.id });
      expect(await find('dataset', dataset.id)).toBeNull();
      await whenBusy(async () => {
        expect(await find('evaluation', dataset.evaluationId)).toBeNull();
        expect(await find('nodes: node', dataset.versionId).catch(() => null)).toBeNull();
      });
    },
    DONE_WITHIN_MS,
  );

  it(
    'a file that arrives for a deleted sample is removed, and nothing comes back',
    async () => {
      const file = await loadImage('deeppcb/00041000_test.jpg');
      const { createSample } = await client.request<{
        createSample: { sample: { id: string }; upload: UploadTicket };
      }>(
        `mutation ($file: FileInput!) { createSample(input: { file: $file }) {
        sample { id } upload { method url headers { name value } fields { name value } expiresAt maxBytes } } }`,
        { file: { name: 'late.jpg', bytes: file.bytes.length, contentType: 'image/jpeg' } },
      );
      ticket = createSample.upload;
      const { id } = createSample.sample;
      begun.late = await startDeletion(client, 'deleteSample', { id });
      await uploadFile(ticket, file.bytes);
      const key = ticket.fields.find(({ name }) => name === 'key')?.value ?? '';
      const raw = openRawCloud(service.endpoints);
      await whenBusy(async () => expect(await raw.listObjects(key)).toEqual([]));
      raw.close();
      expect(await find('sample', id, 'state')).toEqual({ state: 'DELETED' });
    },
    DONE_WITHIN_MS,
  );

  it(
    'each ends with a certificate of what was deleted',
    async () => {
      for (const name of Object.keys(begun)) {
        const { id } = begun[name] ?? { id: '' };
        begun[name] = await waitForDeletion(client, id, ({ state }) => state === 'DONE', DONE_WITHIN_MS);
      }
      const certificate = (name: string) => readCounts(begun[name]?.certificate?.counts ?? []);
      expect(certificate('whole')).toMatchObject({
        samples: 1,
        inspections: 1,
        reviews: 1,
        files: 2,
        views: whole.files.length - 1,
        overlays: 1,
        audits: 1,
      });
      expect(certificate('kept')).toMatchObject({ samples: 1, files: 2, overlays: 1, audits: 1 });
      expect(certificate('kept').inspections).toBeUndefined();
      expect(certificate('alone')).toMatchObject({ inspections: 1, reviews: 1, overlays: 1, audits: 1 });
      expect(certificate('alone').samples).toBeUndefined();
      expect(certificate('dataset')).toMatchObject({
        datasets: 1,
        datasetVersions: 1,
        evaluations: 2,
        manifests: 1,
      });
      expect(certificate('evaluation')).toMatchObject({
        evaluations: 1,
        chunks: expect.any(Number),
        results: expect.any(Number),
      });
      expect(certificate('evaluation').datasets).toBeUndefined();
      expect(certificate('late')).toMatchObject({ samples: 1 });
      for (const { certificate: made, requestedByKind } of Object.values(begun)) {
        expect(made?.digest).toMatch(/^[0-9a-f]{64}$/);
        expect(requestedByKind).toBe('apiKey');
      }
      const { id = '' } = begun.whole ?? {};
      const stranger = await service.createTenantClient('Stranger');
      expect(await readDeletion(stranger.client, id)).toBeNull();
    },
    DONE_WITHIN_MS,
  );
});
