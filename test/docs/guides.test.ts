import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { startTestService } from '../support/service.ts';

type ReadDelivery = (
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: number,
) => unknown;

const guides = join(import.meta.dirname, '..', '..', 'docs', 'guides');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loupe-guides-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The first block of JavaScript in a guide, as a module. */
async function importCode<T>(guide: string): Promise<T> {
  const code = /```js\n([\s\S]*?)```/.exec(await readFile(join(guides, guide), 'utf8'))?.[1];
  if (!code) throw new Error(`${guide} has no JavaScript.`);
  const file = join(folder, guide.replace('.md', '.mjs'));
  await writeFile(file, code);
  return import(pathToFileURL(file).href);
}

describe("the webhook guide's code", () => {
  it('reads what the reference library signs, and nothing else', async () => {
    const { readDelivery } = await importCode<{ readDelivery: ReadDelivery }>('webhooks.md');
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const body = '{"type":"inspection.completed","data":{}}';
    const at = new Date('2026-11-22T08:30:00Z');
    const now = at.getTime();
    const headers = {
      'webhook-id': 'dlv_1',
      'webhook-timestamp': String(now / 1000),
      'webhook-signature': `v1,AAAA ${new Webhook(secret).sign('dlv_1', at, body)}`,
    };
    expect(readDelivery(secret, headers, body, now)).toEqual(JSON.parse(body));
    expect(readDelivery(secret, headers, `${body} `, now)).toBeUndefined();
    expect(readDelivery(secret, headers, body, now + 301_000)).toBeUndefined();
    expect(readDelivery(`${secret.slice(0, -1)}x`, headers, body, now)).toBeUndefined();
    expect(readDelivery(secret, { ...headers, 'webhook-id': 'dlv_2' }, body, now)).toBeUndefined();
  });
});

type SendPicture = (options: {
  readonly api: string;
  readonly token: string;
  readonly profileId: string;
  readonly pictureKey: string;
  readonly file: Blob;
  readonly send: typeof fetch;
  readonly waitMs: number;
}) => Promise<string>;

describe("the phone guide's code", () => {
  it('gets a picture judged once over a network that breaks at every step', async () => {
    const { sendPicture } = await importCode<{ sendPicture: SendPicture }>('phones.md');
    const service = await startTestService();
    try {
      const { client } = await service.createTenantClient();
      const image = await loadImage('deeppcb/00041002_temp.jpg');
      const sample = await createReadySample(client, image);
      const profileId = await createProfile(client, { name: 'b', className: 'b', referenceIds: [sample] });
      const { createUploadToken } = await client.request<{ createUploadToken: { token: string } }>(
        'mutation ($id: ID) { createUploadToken(input: { profileId: $id }) { token errors { code } } }',
        { id: profileId },
      );
      let requests = 0;
      // The first, third and fifth request break: before the announcement, before the upload, and after the upload was answered.
      const send: typeof fetch = async (...request) => {
        requests += 1;
        if (requests === 1 || requests === 3) throw new Error('The network is gone.');
        const response = await fetch(...request);
        if (requests === 5) throw new Error('The network is gone.');
        return response;
      };
      const id = await sendPicture({
        api: service.url,
        token: createUploadToken.token,
        profileId,
        pictureKey: 'picture 1',
        file: new Blob([image.bytes], { type: 'image/jpeg' }),
        send,
        waitMs: 1,
      });
      expect(requests).toBeGreaterThanOrEqual(6);
      await eventually(async () => {
        const { inspections } = await client.request<{
          inspections: { edges: { node: { id: string; state: string } }[] };
        }>('{ inspections { edges { node { id state } } } }');
        expect(inspections.edges.map(({ node }) => node)).toEqual([{ id, state: 'DONE' }]);
      });
    } finally {
      await service.dispose();
    }
  }, 60_000);
});
