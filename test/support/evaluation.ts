import { setTimeout as sleep } from 'node:timers/promises';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import { type Client, type UploadTicket, uploadFile } from '@loupe/sdk';
import { loadImage } from './images.ts';

/** Calls around datasets and evaluations, for tests. */

export interface DatasetVersionView {
  readonly id: string;
  readonly number: number;
  readonly digest: string;
  readonly itemCount: number;
  readonly leakCount: number;
  readonly leaks: readonly { readonly kind: string; readonly items: readonly string[] }[];
}

const VERSION = 'id number digest itemCount normalCount anomalousCount leakCount leaks { kind items }';

export async function createDataset(client: Client, name = 'Boards'): Promise<string> {
  const { createDataset: made } = await client.request<{ createDataset: { dataset: { id: string } } }>(
    'mutation ($input: CreateDatasetInput!) { createDataset(input: $input) { dataset { id } errors { message } } }',
    { input: { name } },
  );
  return made.dataset.id;
}

/** @throws Error with the messages of the payload's errors */
export async function addItems(
  client: Client,
  datasetId: string,
  items: readonly object[],
): Promise<DatasetVersionView> {
  const { addDatasetItems: added } = await client.request<{
    addDatasetItems: { datasetVersion: DatasetVersionView | null; errors: { message: string }[] };
  }>(
    `mutation ($input: AddDatasetItemsInput!) {
      addDatasetItems(input: $input) { datasetVersion { ${VERSION} } errors { code message path } } }`,
    { input: { datasetId, items } },
  );
  if (!added.datasetVersion) throw new Error(added.errors.map(({ message }) => message).join(' '));
  return added.datasetVersion;
}

/**
 * A dataset of one picture whose items differ by their class, `board <n>`, and a profile that names the class in its
 * prompt: each item is a question of its own.
 * @returns what an evaluation of it is created with
 */
export async function makeBoards(client: Client, items: number, model: string) {
  const sample = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
  const profile = { name: 'Board', className: 'board', preset: 'CLASS', model };
  const profileId = await createProfile(client, profile);
  const lines = Array.from({ length: items }, (_, i) =>
    JSON.stringify({ item: `${i}`, sampleId: sample, class: `board ${i}`, label: i % 2 }),
  );
  const datasetId = await createDataset(client);
  const imported = await importManifest(client, { datasetId, format: 'JSONL' }, lines.join('\n'));
  return { profileId, datasetVersionId: imported.datasetVersion?.id ?? '', useItemClass: true };
}

export interface EvaluationView {
  readonly id: string;
  readonly state: string;
  readonly failure: { readonly message: string } | null;
  readonly progress: {
    readonly items: number;
    readonly judged: number;
    readonly failed: number;
    readonly costMicroUsd: number;
  };
}

const EVALUATION = 'id state failure { message } progress { items judged failed costMicroUsd perMinute }';

/** @throws Error with the messages of the payload's errors */
export async function createEvaluation(client: Client, input: object): Promise<EvaluationView> {
  const { createEvaluation: made } = await client.request<{
    createEvaluation: { evaluation: EvaluationView | null; errors: { message: string }[] };
  }>(
    `mutation ($input: CreateEvaluationInput!) {
      createEvaluation(input: $input) { evaluation { ${EVALUATION} } errors { code message path } } }`,
    { input },
  );
  if (!made.evaluation) throw new Error(made.errors.map(({ message }) => message).join(' '));
  return made.evaluation;
}

const ENDED = ['DONE', 'STOPPED', 'CANCELLED', 'FAILED'];

/** @throws Error when it does not end in time */
export async function waitForEvaluation(
  client: Client,
  id: string,
  withinMs = 110_000,
): Promise<EvaluationView> {
  for (const until = Date.now() + withinMs; ; ) {
    const { evaluation } = await client.request<{ evaluation: EvaluationView }>(
      `query ($id: ID!) { evaluation(id: $id) { ${EVALUATION} } }`,
      { id },
    );
    if (ENDED.includes(evaluation.state)) return evaluation;
    if (Date.now() > until) throw new Error(`It is still ${evaluation.state}: ${JSON.stringify(evaluation)}`);
    await sleep(200);
  }
}

export interface ImportView {
  readonly state: string;
  readonly itemCount: number | null;
  readonly linesRead: number;
  readonly badLineCount: number;
  readonly badLines: readonly {
    readonly line: number;
    readonly code: string;
    readonly field: string | null;
    readonly reason: string;
    readonly advice: string;
  }[];
  readonly badLineReport: { readonly url: string } | null;
  readonly failure: { readonly code: string } | null;
  readonly datasetVersion: DatasetVersionView | null;
}

/** Imports a manifest and waits for the end. */
export async function importManifest(
  client: Client,
  input: { readonly datasetId: string; readonly format: string; readonly takeGood?: boolean },
  manifest: string,
  files?: string,
): Promise<ImportView> {
  const ticket = 'url method fields { name value }';
  const { createDatasetImport: made } = await client.request<{
    createDatasetImport: {
      datasetImport: { id: string };
      manifestUpload: UploadTicket;
      filesUpload: UploadTicket | null;
    };
  }>(
    `mutation ($input: CreateDatasetImportInput!) { createDatasetImport(input: $input) {
      datasetImport { id } manifestUpload { ${ticket} } filesUpload { ${ticket} } errors { message } } }`,
    {
      input: {
        ...input,
        manifestBytes: Buffer.byteLength(manifest),
        ...(files && { filesBytes: Buffer.byteLength(files) }),
      },
    },
  );
  await uploadFile(made.manifestUpload, Buffer.from(manifest));
  if (files && made.filesUpload) await uploadFile(made.filesUpload, Buffer.from(files));
  const { id } = made.datasetImport;
  await client.request(
    'mutation ($id: ID!) { startDatasetImport(input: { id: $id }) { errors { message } } }',
    { id },
  );
  for (;;) {
    const { datasetImport } = await client.request<{ datasetImport: ImportView }>(
      `query ($id: ID!) { datasetImport(id: $id) { state itemCount linesRead badLineCount badLines { line code field reason advice }
        badLineReport { url } failure { code } datasetVersion { ${VERSION} } } }`,
      { id },
    );
    if (datasetImport.state === 'DONE' || datasetImport.state === 'FAILED') return datasetImport;
    await sleep(200);
  }
}
