import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWorld, openStage, type World } from '../isolation/world.ts';
import { openRawTable, type Row } from './rows.ts';

export interface Scene {
  readonly world: World;
  readonly rows: Row[];
  readonly secrets: object;
}

/** One of every noun, made through the API, and all rows that came of it once the work on them was done. */
export async function playScene(): Promise<Scene> {
  const stage = await openStage();
  const table = openRawTable(stage.service.endpoints.dynamodb);
  try {
    const world = await buildWorld(stage, 'Released');
    const { turn, profileDraft, datasetImport } = world.ids;
    await waitForEnd(world, [turn, profileDraft, datasetImport]);
    const rows = (await table.scan()).toSorted((a, b) => `${a.pk} ${a.sk}`.localeCompare(`${b.pk} ${b.sk}`));
    const secrets = JSON.parse(await readFile(join(stage.service.dataDir, 'secrets.json'), 'utf8'));
    return { world, rows, secrets };
  } finally {
    table.close();
    await stage.dispose();
  }
}

const PATIENCE_MS = 60_000;

async function waitForEnd({ client, ids }: World, work: readonly string[]): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { nodes, delivery } = await client.request<{
      nodes: { state?: string }[];
      delivery: { attempts: unknown[] };
    }>(
      `query ($work: [ID!]!, $delivery: ID!) {
        nodes(ids: $work) { ... on Turn { state } ... on ProfileDraft { state } }
        delivery: node(id: $delivery) { ... on WebhookDelivery { attempts { __typename } } } }`,
      { work, delivery: ids.webhookDelivery },
    );
    const isDone = nodes.every(({ state }) => state === undefined || state === 'DONE' || state === 'FAILED');
    if (isDone && delivery.attempts.length > 0) return;
    if (Date.now() > until) throw new Error(`It is not done: ${JSON.stringify({ nodes, delivery })}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
