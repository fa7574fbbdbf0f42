import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalService, startLocalService } from '@loupe/cli/local-service';
import { createProfile, createTenant } from '@loupe/cli/operations';
import { ApiError, createClient, verifyWebhook } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '../isolation/world.ts';
import { eventually } from '../support/eventually.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';

const OLD = 'old-pepper-of-the-test-old-pepper-of-the-test';
const NEW = 'new-pepper-of-the-test-new-pepper-of-the-test';
const PORTS = ['--port', '0', '--dynamodb-port', '0', '--s3-port', '0', '--sqs-port', '0', '--kms-port', '0'];
const VIEWER = '{ viewer { actions } }';

let dataDir: string;
let issuer: TestIssuer;
let receiver: Server;
let service: LocalService | undefined;
const received: { headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'loupe-peppers-'));
  issuer = await startIssuer();
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body });
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
afterAll(async () => {
  await service?.stop();
  await issuer.close();
  receiver.closeAllConnections();
  receiver.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The service on the data of before, with this pepper. */
async function restart(pepper: string, previous = ''): Promise<LocalService> {
  await service?.stop();
  const file = join(dataDir, 'secrets.json');
  const secrets = await readFile(file, 'utf8').then(JSON.parse, () => ({
    LOUPE_OPERATOR_KEY: 'o'.repeat(64),
  }));
  await writeFile(file, JSON.stringify({ ...secrets, LOUPE_SECRET: pepper }), { mode: 0o600 });
  const environment = { ...issuer.environment, LOUPE_PREVIOUS_SECRET: previous };
  service = await startLocalService({ dataDir, args: [...PORTS, '--sweep-every', '1'], environment });
  return service;
}

const statusOf = (request: Promise<unknown>) =>
  request.then(
    () => 200,
    (error: unknown) => (error instanceof ApiError ? error.status : 0),
  );

describe('a new pepper', () => {
  it('ends nothing that is used while the one before it is accepted', async () => {
    const { url, operatorKey } = await restart(OLD);
    const { apiKey } = await createTenant(createClient({ url, apiKey: operatorKey }), 'Peppers');
    const made = createClient({ url, apiKey });
    const unused = (await createKey(made, { role: 'VIEWER' })).key;
    for (const name of ['one', 'two']) await createProfile(made, { name, className: name });
    const port = (receiver.address() as AddressInfo).port;
    const before = await made.request<{
      createUploadToken: { token: string };
      inviteMember: { token: string };
      createWebhook: { webhook: { id: string }; secret: string };
    }>(
      `mutation ($url: String!) {
        createUploadToken(input: { expiresInSeconds: 3600 }) { token }
        inviteMember(input: { email: "ada@example.com", role: VIEWER }) { token }
        createWebhook(input: { url: $url, events: ["sample.rejected"] }) { webhook { id } secret errors { message } } }`,
      { url: `http://127.0.0.1:${port}/` },
    );
    const PAGE =
      'query ($after: String) { profiles(first: 1, after: $after) { pageInfo { endCursor } edges { node { name } } } }';
    interface Page {
      readonly profiles: {
        readonly pageInfo: { readonly endCursor: string };
        readonly edges: readonly { readonly node: { readonly name: string } }[];
      };
    }
    const after = (await made.request<Page>(PAGE)).profiles.pageInfo.endCursor;

    const rotated = await restart(NEW, OLD);
    const connect = (credential: string) => createClient({ url: rotated.url, apiKey: credential });
    const client = connect(apiKey);
    expect((await client.request<Page>(PAGE, { after })).profiles.edges).toEqual([{ node: { name: 'one' } }]);
    expect(await statusOf(connect(before.createUploadToken.token).request(VIEWER))).toBe(200);
    const ada = connect(await issuer.issue('ada@example.com'));
    const { acceptInvitation } = await ada.request<{ acceptInvitation: { errors: object[] } }>(
      'mutation ($token: String!) { acceptInvitation(input: { token: $token }) { errors { code } } }',
      { token: before.inviteMember.token },
    );
    expect(acceptInvitation.errors).toEqual([]);
    const { id } = before.createWebhook.webhook;
    const { rotateWebhookSecret } = await client.request<{ rotateWebhookSecret: { secret: string } }>(
      `mutation ($id: ID!) {
        rotateWebhookSecret(input: { id: $id, expectedVersion: 1 }) { secret errors { message } }
        testWebhook(input: { id: $id }) { errors { message } } }`,
      { id },
    );
    await eventually(async () => expect(received).toHaveLength(1));
    const [delivery] = received;
    for (const secret of [before.createWebhook.secret, rotateWebhookSecret.secret])
      await expect(
        verifyWebhook(secret, delivery?.headers ?? {}, delivery?.body ?? ''),
      ).resolves.toBeDefined();

    const ended = await restart(NEW);
    const answer = (credential: string) =>
      statusOf(createClient({ url: ended.url, apiKey: credential }).request(VIEWER));
    expect(await answer(apiKey)).toBe(200);
    expect(await answer(unused)).toBe(401);
    expect(await answer(before.createUploadToken.token)).toBe(401);
    await expect(createClient({ url: ended.url, apiKey }).request(PAGE, { after })).rejects.toThrow(
      /cursor does not belong/,
    );
  }, 180_000);
});
