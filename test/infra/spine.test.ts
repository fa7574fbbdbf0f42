import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createInspection,
  createProfile,
  createReadySample,
  createTenant,
  readViews,
  waitForInspection,
} from '@loupe/cli/operations';
import { resources } from '@loupe/core/resources';
import { type Cloud, startCloud } from '@loupe/local';
import { type Client, createClient, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDeletion, startDeletion } from '../support/deletion.ts';
import { addItems, createDataset, createEvaluation, waitForEvaluation } from '../support/evaluation.ts';
import { root, tools } from './paths.ts';
import { hostBundles } from './runtime/bundles.ts';
import { type RuntimeHost, startRuntimeHost } from './runtime/host.ts';
import { isGranted } from './runtime/observe-rights.ts';
import { type WatchedCloud, watchCloud } from './runtime/watch-cloud.ts';

function readFixture(path: string, contentType: string) {
  return {
    name: path,
    contentType,
    bytes: new Uint8Array(readFileSync(join(root, 'test', 'fixtures', path))),
  };
}

/** By function, as reviewed in `rights.txt`. */
async function readRights(): Promise<Map<string, string[]>> {
  const text = await readFile(join(import.meta.dirname, 'rights.txt'), 'utf8');
  return new Map(
    text
      .trim()
      .split('\n\n')
      .map((block) => {
        const [name = '', ...rights] = block.split('\n').map((line) => line.trim());
        return [name, rights];
      }),
  );
}

/** One of each decoder that lies beside the bundle or in a file of its own. */
const MODALITIES = [
  ['HEIC', 'images/cheers_1440x960.heic', 'image/heic'],
  ['a LAZ cloud', 'pointclouds/pdrf6-1.4.laz', 'application/octet-stream'],
  ['a PCD cloud', 'pointclouds/ism_train_cat.pcd', 'application/octet-stream'],
  ['a series', 'timeseries/art_daily_jumpsup.csv', 'text/csv'],
  ['DICOM', 'volumes/CT_small.dcm', 'application/dicom'],
  ['a video', 'video/with-gps.mov', 'video/quicktime'],
] as const;

/** Compiled when it is installed; a machine without a compiler has to do without. */
const hasRuntimeClient = existsSync(join(tools, 'node_modules', 'aws-lambda-ric', 'index.mjs'));

describe.skipIf(!hasRuntimeClient)(
  'the deployed bundles under the Lambda runtime client, against the local cloud',
  () => {
    let host: RuntimeHost;
    let cloud: Cloud;
    let watched: WatchedCloud;
    let client: Client;
    /** Begun first: what may still be written for a sample has to end before it goes. */
    let deletionId: string;
    const dataDir = mkdtempSync(join(tmpdir(), 'loupe-bundles-'));

    beforeAll(async () => {
      host = await startRuntimeHost(hostBundles());
      cloud = await startCloud({
        resources: {
          ...resources,
          functions: resources.functions.map((one) => ({
            ...one,
            handler: 'test/infra/runtime/forward.ts#handler',
          })),
        },
        root,
        dataDir,
        environment: { LOUPE_RUNTIME_HOST: host.url },
        workersPerFunction: 1,
      });
      watched = await watchCloud(
        cloud,
        resources.functions.map(({ name }) => name),
      );
      host.provide(watched.environments);
      const url = `${cloud.endpoints.api}/graphql`;
      const operator = createClient({ url, apiKey: cloud.environment.LOUPE_OPERATOR_KEY ?? '' });
      client = createClient({ url, apiKey: (await createTenant(operator, 'Bundles')).apiKey });
      const fixture = readFixture('images/deeppcb/00041000_temp.jpg', 'image/jpeg');
      const unwanted = await createReadySample(client, fixture);
      deletionId = (await startDeletion(client, 'deleteSample', { id: unwanted })).id;
    });

    afterAll(async () => {
      await host?.stop();
      await cloud?.stop();
      watched?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });

    test('an image goes from the upload to a verdict', async () => {
      const reference = await createReadySample(
        client,
        readFixture('images/deeppcb/00041000_temp.jpg', 'image/jpeg'),
      );
      const profileId = await createProfile(client, {
        name: 'Board',
        className: 'circuit board',
        model: 'loupe/reference-match',
        referenceIds: [reference],
      });
      const query = readFixture('images/deeppcb/00041000_test.jpg', 'image/jpeg');
      const created = await createInspection(client, profileId, query);
      if (created.upload) await uploadFile(created.upload, query.bytes);
      const inspection = await waitForInspection(client, created.inspection);
      expect(inspection.failure).toBeNull();
      expect(inspection.verdict).toMatchObject({ decision: 'ANOMALOUS', outcome: 'PARSED' });
      expect([...host.lines.keys()]).toEqual(expect.arrayContaining(['api', 'convert', 'infer', 'intake']));
    });

    test.each(MODALITIES)('%s becomes views', async (_, path, contentType) => {
      const id = await createReadySample(client, readFixture(path, contentType));
      expect(await readViews(client, id)).not.toEqual([]);
    });

    test('videos, and they alone, go through the function that has their decoder', () => {
      const count = (name: string) =>
        (host.lines.get(name) ?? []).filter((line) => line.includes('StepMs')).length;
      expect(count('convert-video')).toBe(1);
    });

    test('an evaluation is judged, and what is rejected is told to a webhook', async () => {
      const received: string[] = [];
      const receiver = createServer(async (request, response) => {
        for await (const chunk of request) received.push(String(chunk));
        response.writeHead(204).end();
      }).listen(0, '127.0.0.1');
      await once(receiver, 'listening');
      const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
      const { createWebhook } = await client.request<{ createWebhook: { errors: unknown[] } }>(
        `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { errors { code message } } }`,
        { input: { url, events: ['sample.rejected'] } },
      );
      expect(createWebhook.errors).toEqual([]);
      const [template, defective] = [
        await createReadySample(client, readFixture('images/deeppcb/00041000_temp.jpg', 'image/jpeg')),
        await createReadySample(client, readFixture('images/deeppcb/00041000_test.jpg', 'image/jpeg')),
      ];
      const profileId = await createProfile(client, { name: 'Evaluated', className: 'circuit board' });
      const datasetId = await createDataset(client);
      const item = {
        source: { sampleId: defective },
        label: 'ANOMALOUS',
        className: 'board',
        referenceIds: [template],
      };
      const version = await addItems(client, datasetId, [{ ...item, name: 'one' }]);
      const { id } = await createEvaluation(client, { profileId, datasetVersionId: version.id });
      expect((await waitForEvaluation(client, id)).state).toBe('DONE');
      const broken = { name: 'broken.jpg', contentType: 'image/jpeg', bytes: new Uint8Array(100) };
      await expect(createReadySample(client, broken)).rejects.toThrow(/REJECTED/);
      await expect.poll(() => received.join(), { timeout: 20_000 }).toContain('sample.rejected');
      receiver.close();
    });

    test('a key of a provider is sealed', async () => {
      const { createConnection } = await client.request<{ createConnection: { errors: unknown[] } }>(
        `mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { errors { code message } } }`,
        { input: { provider: 'OPENAI', apiKey: 'sk-check-check-check-check' } },
      );
      expect(createConnection.errors).toEqual([]);
    });

    test('what a tenant owns is exported', async () => {
      const { createExport } = await client.request<{ createExport: { export: { id: string } } }>(
        'mutation { createExport(input: {}) { export { id } errors { message } } }',
      );
      const readState = async () => {
        const { found } = await client.request<{ found: { state: string } }>(
          'query ($id: ID!) { found: export(id: $id) { state } }',
          { id: createExport.export.id },
        );
        return found.state;
      };
      await expect.poll(readState, { timeout: 60_000, interval: 500 }).toBe('DONE');
    });

    test('a sample is deleted', async () => {
      const readState = async () => (await readDeletion(client, deletionId))?.state;
      await expect.poll(readState, { timeout: 90_000, interval: 500 }).toBe('DONE');
    });

    test('no function asked for anything that its role does not allow', async () => {
      const granted = await readRights();
      const missing = [...watched.rights].flatMap(([name, rights]) =>
        [...rights]
          .filter((right) => !isGranted(right, granted.get(name) ?? []))
          .map((right) => `${name}: ${right}`),
      );
      expect(missing).toEqual([]);
      // Nothing would be missing if nothing had been seen.
      for (const [name, rights] of watched.rights) expect(rights.size, name).toBeGreaterThan(0);
    });

    test('no line of a function is anything but one JSON object', () => {
      const lines = [...host.lines.values()].flat();
      expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
    });
  },
);
