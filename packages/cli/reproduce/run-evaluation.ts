import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, type UploadTicket, uploadFile } from '@loupe/sdk';

export interface ClassFigures {
  readonly name: string;
  readonly metrics: {
    readonly acc: number | null;
    readonly auroc: number | null;
    readonly aupr: number | null;
  };
}

export interface Reproduction {
  readonly state: string;
  readonly report: { readonly url: string } | null;
  readonly progress: {
    readonly judged: number;
    readonly items: number;
    readonly costMicroUsd: number;
    readonly costUnknownCount: number;
  };
  readonly variants: readonly {
    readonly result: {
      readonly paper: Protocol;
      readonly clean: Protocol;
    } | null;
  }[];
}

interface Protocol {
  readonly pooled: ClassFigures['metrics'] & { readonly coverage: number | null };
  readonly classes: readonly ClassFigures[];
}

const FIGURES = 'acc auroc aupr';
const PROTOCOL = `{ pooled { ${FIGURES} coverage } classes { name metrics { ${FIGURES} } } }`;
const TICKET = '{ url method fields { name value } }';

/** Imports a manifest with its file of names into a new dataset. @returns the id of the version it made */
export async function importList(client: Client, manifest: string, files: string): Promise<string> {
  const { createDataset } = await client.request<{ createDataset: { dataset: { id: string } } }>(
    'mutation { createDataset(input: { name: "MVTec AD" }) { dataset { id } } }',
  );
  const { createDatasetImport: made } = await client.request<{
    createDatasetImport: {
      datasetImport: { id: string };
      manifestUpload: UploadTicket;
      filesUpload: UploadTicket;
    };
  }>(
    `mutation ($input: CreateDatasetImportInput!) { createDatasetImport(input: $input) {
      datasetImport { id } manifestUpload ${TICKET} filesUpload ${TICKET} } }`,
    {
      input: {
        datasetId: createDataset.dataset.id,
        format: 'PAPER_LIST',
        manifestBytes: Buffer.byteLength(manifest),
        filesBytes: Buffer.byteLength(files),
      },
    },
  );
  await uploadFile(made.manifestUpload, Buffer.from(manifest));
  await uploadFile(made.filesUpload, Buffer.from(files));
  const { id } = made.datasetImport;
  await client.request('mutation ($id: ID!) { startDatasetImport(input: { id: $id }) { __typename } }', {
    id,
  });
  for (;;) {
    const { datasetImport } = await client.request<{
      datasetImport: {
        state: string;
        pollAfterMs: number | null;
        datasetVersion: { id: string } | null;
        failure: { message: string } | null;
        badLines: { line: number; reason: string }[];
        badLineReport: { url: string } | null;
      };
    }>(
      `query ($id: ID!) { datasetImport(id: $id) { state pollAfterMs datasetVersion { id }
        failure { message } badLines { line reason } badLineReport { url } } }`,
      { id },
    );
    if (datasetImport.datasetVersion) return datasetImport.datasetVersion.id;
    if (datasetImport.pollAfterMs === null) {
      const lines = datasetImport.badLines.slice(0, 5).map(({ line, reason }) => `${line}: ${reason}`);
      const report = datasetImport.badLineReport && `All of them: ${datasetImport.badLineReport.url}`;
      throw new Error([datasetImport.failure?.message, ...lines, report ?? ''].join('\n').trimEnd());
    }
    await sleep(datasetImport.pollAfterMs);
  }
}

/** Evaluates and waits for the figures; `tell` hears how far it is. */
export async function evaluate(
  client: Client,
  input: object,
  tell: (progress: Reproduction['progress']) => void,
): Promise<Reproduction> {
  const { createEvaluation } = await client.request<{
    createEvaluation: { evaluation: { id: string } | null; errors: { message: string }[] };
  }>(
    `mutation ($input: CreateEvaluationInput!) {
      createEvaluation(input: $input) { evaluation { id } errors { message } } }`,
    { input },
  );
  const id = createEvaluation.evaluation?.id;
  if (!id) throw new Error(createEvaluation.errors.map(({ message }) => message).join(' '));
  for (;;) {
    const { evaluation } = await client.request<{
      evaluation: Reproduction & { pollAfterMs: number | null };
    }>(
      `query ($id: ID!) { evaluation(id: $id) { state pollAfterMs report { url }
        progress { judged items costMicroUsd costUnknownCount }
        variants { result { paper ${PROTOCOL} clean ${PROTOCOL} } } } }`,
      { id },
    );
    tell(evaluation.progress);
    if (evaluation.pollAfterMs === null) return evaluation;
    await sleep(2 * evaluation.pollAfterMs);
  }
}
