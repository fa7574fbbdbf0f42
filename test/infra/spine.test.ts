import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
import { root, tools } from './paths.ts';
import { hostBundles } from './runtime/bundles.ts';
import { type RuntimeHost, startRuntimeHost } from './runtime/host.ts';

function readFixture(path: string, contentType: string) {
  return {
    name: path,
    contentType,
    bytes: new Uint8Array(readFileSync(join(root, 'test', 'fixtures', path))),
  };
}

/** One of each decoder that lies beside the bundle or in a file of its own. */
const MODALITIES = [
  ['HEIC', 'images/cheers_1440x960.heic', 'image/heic'],
  ['a LAZ cloud', 'pointclouds/pdrf6-1.4.laz', 'application/octet-stream'],
  ['a PCD cloud', 'pointclouds/ism_train_cat.pcd', 'application/octet-stream'],
  ['a series', 'timeseries/art_daily_jumpsup.csv', 'text/csv'],
  ['DICOM', 'volumes/CT_small.dcm', 'application/dicom'],
] as const;

/** Compiled when it is installed; a machine without a compiler has to do without. */
const hasRuntimeClient = existsSync(join(tools, 'node_modules', 'aws-lambda-ric', 'index.mjs'));

describe.skipIf(!hasRuntimeClient)(
  'the deployed bundles under the Lambda runtime client, against the local cloud',
  () => {
    let host: RuntimeHost;
    let cloud: Cloud;
    let client: Client;
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
      host.provide(cloud.environment);
      const url = `${cloud.endpoints.api}/graphql`;
      const operator = createClient({ url, apiKey: cloud.environment.LOUPE_OPERATOR_KEY ?? '' });
      client = createClient({ url, apiKey: (await createTenant(operator, 'Bundles')).apiKey });
    });

    afterAll(async () => {
      await host?.stop();
      await cloud?.stop();
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

    test('no line of a function is anything but one JSON object', () => {
      const lines = [...host.lines.values()].flat();
      expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
    });
  },
);
