import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { loadImage } from '../support/images.ts';
import { makeBitmap } from '../support/make-bitmap.ts';
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

/** The first block of JavaScript in a guide, or the one of that name, as a module's file. */
async function extractCode(guide: string, name = ''): Promise<string> {
  const fence = name === '' ? '```js' : `\`\`\`js ${name}`;
  const code = new RegExp(`${fence}\\n([\\s\\S]*?)\`\`\``).exec(
    await readFile(join(guides, guide), 'utf8'),
  )?.[1];
  if (!code) throw new Error(`${guide} has no JavaScript ${name}.`);
  const file = join(folder, guide.replace('.md', `${name}.mjs`));
  const sdk = pathToFileURL(createRequire(import.meta.url).resolve('@loupe/sdk')).href;
  await writeFile(file, code.replaceAll("'@loupe/sdk'", `'${sdk}'`));
  return pathToFileURL(file).href;
}

async function importCode<T>(guide: string): Promise<T> {
  return import(await extractCode(guide));
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

type LoadExport = (options: {
  readonly api: string;
  readonly key: string;
  readonly id: string;
  readonly folder: string;
}) => Promise<number>;

describe("the leaving guide's code", () => {
  it('loads an export into a folder, every file of it', async () => {
    const { loadExport } = await importCode<{ loadExport: LoadExport }>('leaving.md');
    const service = await startTestService();
    try {
      const { apiKey, client } = await service.createTenantClient();
      const image = await loadImage('deeppcb/00041002_temp.jpg');
      const sample = await createReadySample(client, image);
      const { createExport } = await client.request<{ createExport: { export: { id: string } } }>(
        'mutation { createExport(input: {}) { export { id } errors { code } } }',
      );
      const { id } = createExport.export;
      await eventually(async () => {
        const { export: job } = await client.request<{ export: { state: string } }>(
          'query ($id: ID!) { export(id: $id) { state } }',
          { id },
        );
        expect(job.state).toBe('DONE');
      });
      const target = join(folder, 'export');
      expect(await loadExport({ api: service.url, key: apiKey, id, folder: target })).toBeGreaterThan(3);
      const source = await readFile(join(target, 'files', 'samples', sample, 'source'));
      expect(source.equals(Buffer.from(image.bytes))).toBe(true);
      const rows = await readFile(join(target, 'data', 'samples', '00001.jsonl'), 'utf8');
      expect(rows).toContain(sample);
    } finally {
      await service.dispose();
    }
  }, 120_000);
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

  it('goes on with a large file after the program that sent it was killed', async () => {
    const service = await startTestService();
    try {
      const { client } = await service.createTenantClient();
      const reference = await createReadySample(client, await loadImage('deeppcb/00041002_temp.jpg'));
      const profileId = await createProfile(client, { name: 'b', className: 'b', referenceIds: [reference] });
      const { createUploadToken } = await client.request<{ createUploadToken: { token: string } }>(
        'mutation { createUploadToken(input: {}) { token } }',
      );
      const bytes = makeBitmap(3100);
      const file = join(folder, 'large.bmp');
      await writeFile(file, bytes);
      const program = join(folder, 'program.mjs');
      const options = { api: service.url, token: createUploadToken.token, profileId, fileKey: 'file 1' };
      await writeFile(
        program,
        `import { readFile } from 'node:fs/promises';
        import { sendLargeFile } from '${await extractCode('phones.md', 'resume')}';
        const file = new Blob([await readFile(${JSON.stringify(file)})], { type: 'image/bmp' });
        const onProgress = (share) => console.log(share);
        console.log(await sendLargeFile({ ...${JSON.stringify(options)}, file, onProgress }));`,
      );
      const broken = await runProgram(program, (line) => Number(line) > 0);
      expect(broken.signal).toBe('SIGKILL');
      const whole = await runProgram(program, () => false);
      expect(Number(whole.lines[0]), 'what was sent was not sent again').toBeGreaterThan(0);
      const id = whole.lines.at(-1);
      const { inspection } = await eventually(async () => {
        const seen = await client.request<{
          inspection: { sample: { bytes: number; original: { url: string } | null } };
        }>('query ($id: ID!) { inspection(id: $id) { sample { bytes original { url } } } }', { id });
        if (!seen.inspection.sample.original) throw new Error('The file is not there yet.');
        return seen;
      });
      const { bytes: arrived } = await fetchPatiently(inspection.sample.original?.url ?? '');
      expect(Buffer.compare(arrived, bytes)).toBe(0);
      const { inspections } = await client.request<{ inspections: { edges: object[] } }>(
        '{ inspections { edges { cursor } } }',
      );
      expect(inspections.edges).toHaveLength(1);
    } finally {
      await service.dispose();
    }
  }, 60_000);
});

/** Runs a program until it ends, or kills it at a line. */
async function runProgram(file: string, isLast: (line: string) => boolean) {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      lines.push(line);
      if (isLast(line)) child.kill('SIGKILL');
    }
  });
  try {
    const [, signal] = await once(child, 'close');
    return { lines, signal };
  } finally {
    child.kill('SIGKILL');
  }
}
