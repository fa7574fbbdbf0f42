import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createInspection,
  createProfile,
  createReadySample,
  createTenant,
  waitForInspection,
} from '@loupe/cli/operations';
import { resources } from '@loupe/core/resources';
import { type Cloud, startCloud } from '@loupe/local';
import { createClient, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './paths.ts';
import { hostBundles } from './runtime/bundles.ts';
import { type RuntimeHost, startRuntimeHost } from './runtime/host.ts';

const images = join(root, 'test', 'fixtures', 'images', 'deeppcb');

describe('the deployed bundles under the Lambda runtime client, against the local cloud', () => {
  let host: RuntimeHost;
  let cloud: Cloud;
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
  });

  afterAll(async () => {
    await host?.stop();
    await cloud?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('an image goes from the upload to a verdict', async () => {
    const url = `${cloud.endpoints.api}/graphql`;
    const operator = createClient({ url, apiKey: cloud.environment.LOUPE_OPERATOR_KEY ?? '' });
    const { apiKey } = await createTenant(operator, 'Bundles');
    const client = createClient({ url, apiKey });
    const read = (name: string) => ({
      name,
      contentType: 'image/jpeg',
      bytes: new Uint8Array(readFileSync(join(images, name))),
    });
    const reference = await createReadySample(client, read('00041000_temp.jpg'));
    const profileId = await createProfile(client, {
      name: 'Board',
      className: 'circuit board',
      model: 'loupe/reference-match',
      referenceIds: [reference],
    });
    const query = read('00041000_test.jpg');
    const created = await createInspection(client, profileId, query);
    if (created.upload) await uploadFile(created.upload, query.bytes);
    const inspection = await waitForInspection(client, created.inspection);
    expect(inspection.failure).toBeNull();
    expect(inspection.verdict).toMatchObject({ decision: 'ANOMALOUS', outcome: 'PARSED' });
    expect([...host.lines.keys()]).toEqual(expect.arrayContaining(['api', 'convert', 'infer', 'intake']));
  });

  test('no line of a function is anything but one JSON object', () => {
    const lines = [...host.lines.values()].flat();
    expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
  });
});
