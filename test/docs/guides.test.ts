import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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
