import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@loupe/sdk';

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
  withinMs = 60_000,
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
