import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createReadySample } from '@loupe/cli/operations';
import { runExport } from '@loupe/core/export';
import { type Client, createClient } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld, createKey, openStage, type Stage, type World } from '../isolation/world.ts';
import { eventually } from '../support/eventually.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { loadImage } from '../support/images.ts';
import { openRawCloud, type RawCloud } from '../support/raw-cloud.ts';

const DONE_WITHIN_MS = 60_000;

interface ExportView {
  readonly id: string;
  readonly state: string;
  readonly expiresAt: string | null;
  readonly fileCount: number;
  readonly bytes: number;
  readonly rows: readonly { readonly kind: string; readonly count: number }[];
}

interface FileView {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly link: { readonly url: string };
}

const EXPORT = 'id state expiresAt fileCount bytes rows { kind count }';

let stage: Stage;
let raw: RawCloud;
let world: World;
let stranger: { id: string; client: Client };
let webhookId: string;
let done: ExportView;
const contents = new Map<string, Buffer>();
let files: FileView[];

beforeAll(async () => {
  stage = await openStage();
  raw = openRawCloud(stage.service.endpoints);
  world = await buildWorld(stage, 'Exporter');
  stranger = await stage.service.createTenantClient('Stranger');
  await createReadySample(stranger.client, await loadImage('deeppcb/00041000_temp.jpg'));
  webhookId = await listen(world.client);
  // The world has one that does not know of this webhook.
  await waitForExport(world.client, world.ids.export);
  const { id } = await startExport(world.client);
  done = await waitForExport(world.client, id);
  files = await listFiles(world.client, id);
  for (const file of files) {
    const { status, bytes } = await fetchPatiently(file.link.url);
    expect(status, file.path).toBe(200);
    contents.set(file.path, Buffer.from(bytes));
  }
}, 180_000);
afterAll(async () => {
  raw.close();
  await stage.dispose();
});

async function listen(client: Client): Promise<string> {
  const { createWebhook } = await client.request<{ createWebhook: { webhook: { id: string } } }>(
    `mutation { createWebhook(input: { url: "http://127.0.0.1:9/", events: ["export.completed"] }) {
      webhook { id } errors { code message } } }`,
  );
  return createWebhook.webhook.id;
}

async function startExport(client: Client, idempotencyKey?: string): Promise<ExportView> {
  const { createExport } = await client.request<{
    createExport: { export: ExportView | null; errors: { message: string }[] };
  }>(
    `mutation ($input: CreateExportInput!) { createExport(input: $input) { export { ${EXPORT} } errors { code message } } }`,
    { input: { idempotencyKey } },
  );
  if (!createExport.export) throw new Error(createExport.errors.map(({ message }) => message).join(' '));
  return createExport.export;
}

async function readExport(client: Client, id: string): Promise<ExportView | null> {
  const { found } = await client.request<{ found: ExportView | null }>(
    `query ($id: ID!) { found: export(id: $id) { ${EXPORT} } }`,
    { id },
  );
  return found;
}

async function waitForExport(client: Client, id: string): Promise<ExportView> {
  const until = Date.now() + DONE_WITHIN_MS;
  for (;;) {
    const found = await readExport(client, id);
    if (found?.state === 'DONE') return found;
    if (Date.now() > until) throw new Error(`The export is still ${JSON.stringify(found)}.`);
    await sleep(250);
  }
}

/** Page by page, as one who loads it does. */
async function listFiles(client: Client, id: string): Promise<FileView[]> {
  const found: FileView[] = [];
  let after: string | null = null;
  do {
    const page: {
      export: {
        files: {
          edges: { node: FileView }[];
          pageInfo: { hasNextPage: boolean; endCursor: string | null };
        };
      };
    } = await client.request(
      `query ($id: ID!, $after: String) { export(id: $id) { files(first: 7, after: $after) {
        edges { node { path bytes sha256 link { url } } } pageInfo { hasNextPage endCursor } } } }`,
      { id, after },
    );
    const { edges, pageInfo } = page.export.files;
    found.push(...edges.map(({ node }) => node));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

/** The rows of a noun. */
function readRows(noun: string): Record<string, unknown>[] {
  return [...contents]
    .filter(([path]) => path.startsWith(`data/${noun}/`))
    .flatMap(([, bytes]) => bytes.toString().trimEnd().split('\n'))
    .map((line) => JSON.parse(line));
}

describe('an export', () => {
  it('is the owner’s alone', async () => {
    const admin = await createKey(world.client, { role: 'ADMIN' });
    const client = createClient({ url: stage.service.url, apiKey: admin.key });
    await expect(startExport(client)).rejects.toThrow('FORBIDDEN');
    await expect(readExport(client, done.id)).rejects.toThrow('FORBIDDEN');
    expect(await readExport(stranger.client, done.id)).toBeNull();
  });

  it('has every file with its size and digest, each once', async () => {
    expect(files).toHaveLength(done.fileCount);
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
    expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(done.bytes);
    for (const { path, bytes, sha256 } of files) {
      const content = contents.get(path);
      expect(content?.length, path).toBe(bytes);
      expect(
        createHash('sha256')
          .update(content ?? '')
          .digest('hex'),
        path,
      ).toBe(sha256);
    }
    const prefix = `tenants/${world.ids.tenant}/`;
    const stored = (await raw.listObjects(prefix)).map((key) => key.slice(prefix.length));
    expect(files.filter(({ path }) => path.startsWith('files/')).map(({ path }) => path.slice(6))).toEqual(
      stored.filter((path) => !path.startsWith('exports/')),
    );
  });

  it('has a row for each thing of the tenant’s, by noun', async () => {
    const nouns: Readonly<Record<string, string>> = {
      tenant: 'tenants',
      member: 'members',
      invitation: 'invitations',
      apiKey: 'apiKeys',
      connection: 'connections',
      profile: 'profiles',
      profileVersion: 'profileVersions',
      decisionChange: 'decisionChanges',
      review: 'reviews',
      sample: 'samples',
      inspection: 'inspections',
      consultation: 'consultations',
      dataset: 'datasets',
      datasetVersion: 'datasetVersions',
      datasetImport: 'datasetImports',
      evaluation: 'evaluations',
      webhook: 'webhooks',
      deletion: 'deletions',
    };
    const rows = await raw.scanTable();
    for (const [kind, noun] of Object.entries(nouns)) {
      const stored = rows
        .filter(({ pk, sk }) => String(pk).startsWith(`${world.ids.tenant}#${kind}#`) && sk === '#')
        .map(({ id }) => id);
      const exported = readRows(noun).map(({ id }) => id);
      if (kind === 'apiKey') expect(exported.length, noun).toBeGreaterThanOrEqual(2);
      else expect(exported.toSorted(), noun).toEqual(stored.toSorted());
      expect(done.rows).toContainEqual({ kind: noun, count: exported.length });
    }
    for (const { id, tenant } of [{ id: world.ids.auditEntry, tenant: 'auditEntries' }])
      expect(readRows(tenant).map((row) => row.id)).toContain(id);
    expect(readRows('deliveries').map(({ id }) => id)).toContain(world.ids.webhookDelivery);
    expect(readRows('usage').reduce((sum, { inspections }) => sum + Number(inspections), 0)).toBe(1);
    expect(readRows('profileRecords').map(({ record }) => String(record).split('#')[0])).toEqual(
      expect.arrayContaining(['counts', 'health']),
    );
  });

  it('says of each thing what the API says', async () => {
    const { inspection, sample } = await world.client.request<{
      inspection: { label: string; verdict: object; createdAt: string; version: number };
      sample: { fileName: string; bytes: number; state: string };
    }>(
      `query ($inspection: ID!, $sample: ID!) {
        inspection(id: $inspection) { label createdAt version verdict { decision score reasoning threshold } }
        sample(id: $sample) { fileName bytes state } }`,
      { inspection: world.ids.inspection, sample: world.ids.sample },
    );
    const { version, createdAt, ...said } = inspection;
    expect(readRows('inspections').find(({ id }) => id === world.ids.inspection)).toMatchObject({
      ...said,
      rev: version,
      createdAt: Date.parse(createdAt),
    });
    expect(readRows('samples').find(({ id }) => id === world.ids.sample)).toMatchObject(sample);
  });

  it('holds no secret, and nothing of another tenant', async () => {
    const rows = await raw.scanTable();
    const secrets = rows
      .filter(({ pk }) => String(pk).startsWith(world.ids.tenant))
      .flatMap(({ secretHash, sealed }) => [
        ...(typeof secretHash === 'string' ? [secretHash] : []),
        ...Object.values((sealed ?? {}) as Record<string, string>),
      ]);
    expect(secrets.length).toBeGreaterThan(5);
    const text = [...contents]
      .filter(([path]) => path.startsWith('data/'))
      .map(([, bytes]) => bytes.toString())
      .join('\n');
    for (const secret of [...secrets, world.apiKey, world.apiKey.split('_')[3] ?? '', 'a made-up key'])
      expect(text).not.toContain(secret);
    expect(text).not.toContain(stranger.id);
    expect(text).not.toMatch(/"(lease|duePk|tenantPk|secretHash|sealed)"/);
  });

  it(
    'is announced, given again while it is at work, and needs its link’s signature',
    async () => {
      await eventually(async () => {
        const { webhooks } = await world.client.request<{
          webhooks: {
            edges: {
              node: { id: string; deliveries: { edges: { node: { event: string; body: string } }[] } };
            }[];
          };
        }>(
          '{ webhooks(first: 5) { edges { node { id deliveries(first: 5) { edges { node { event body } } } } } } }',
        );
        const told = webhooks.edges.find(({ node }) => node.id === webhookId)?.node.deliveries.edges[0]?.node;
        expect(told?.event).toBe('export.completed');
        expect(JSON.parse(told?.body ?? '{}')).toMatchObject({ data: { exportId: done.id } });
      });
      const unsigned = (files[0]?.link.url ?? '').split('?')[0] ?? '';
      expect((await fetch(unsigned)).status).toBe(403);
      const again = await startExport(world.client, 'again');
      expect((await startExport(world.client, 'again')).id).toBe(again.id);
      expect((await waitForExport(world.client, again.id)).fileCount).toBeGreaterThan(0);
    },
    DONE_WITHIN_MS,
  );

  it('ends with its files after a week, and leaves the tenant’s own', async () => {
    const late = Date.parse(done.expiresAt ?? '') + 1;
    const platform = raw.openPlatform(() => late);
    const lease = { token: 'later', until: late + 60_000 };
    expect(await runExport(platform, world.ids.tenant, done.id, lease, late + 30_000)).toBeUndefined();
    expect(await readExport(world.client, done.id)).toMatchObject({ state: 'EXPIRED' });
    expect(await raw.listObjects(`tenants/${world.ids.tenant}/exports/${done.id}/`)).toEqual([]);
    expect(await listFiles(world.client, done.id)).toEqual([]);
    const own = files.find(({ path }) => path.startsWith('files/samples/'));
    expect((await fetch(own?.link.url ?? '')).status).toBe(200);
  });
});
