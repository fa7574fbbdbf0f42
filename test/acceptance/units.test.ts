import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadImage } from '../support/images.ts';
import { type MeteredCloud, startMeteredCloud } from '../support/metered-cloud.ts';

describe('what an inspection asks of the cloud', () => {
  let cloud: MeteredCloud;

  beforeAll(async () => {
    cloud = await startMeteredCloud();
  });

  afterAll(() => cloud?.stop());

  it('stays within the units of DynamoDB and the requests of S3 that docs/cost.md counts on', async () => {
    const client = await cloud.createTenantClient('Units');
    const profileId = await createProfile(client, {
      name: 'Board',
      className: 'circuit board',
      model: 'loupe/reference-match',
      referenceIds: [await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'))],
    });
    cloud.read();
    const file = await loadImage('deeppcb/00041000_test.jpg');
    const { inspection, upload } = await createInspection(client, profileId, file);
    if (!upload) throw new Error('There is no ticket.');
    await uploadFile(upload, file.bytes);
    let polls = 0;
    const counting: Client = {
      request: (...asked) => {
        polls += 1;
        return client.request(...asked);
      },
    };
    expect((await waitForInspection(counting, inspection)).state).toBe('DONE');
    const { units, requests } = cloud.read();
    expect(units.write).toBeLessThanOrEqual(66);
    // A caller asks a few times; on a machine that is busy more often, at two units each.
    expect(units.read - 2 * polls).toBeLessThanOrEqual(44);
    expect((requests['s3.PUT'] ?? 0) + (requests['s3.POST'] ?? 0)).toBeLessThanOrEqual(6);
  });
});
