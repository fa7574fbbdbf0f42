import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, uploadFile, verifyWebhook } from '@loupe/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addItems, createDataset, createEvaluation, waitForEvaluation } from '../support/evaluation.ts';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let service: TestService;
let client: Client;
let receiver: Server;
let url: string;
let received: Received[] = [];
let status = 204;

beforeAll(async () => {
  service = await startTestService({ args: ['--sweep-every', '1'] });
  ({ client } = await service.createTenantClient());
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      // What an earlier test's webhook still sends is no concern of this one.
      const isOurs = url.endsWith(request.url ?? '');
      if (isOurs) received.push({ headers: request.headers, body });
      response.writeHead(isOurs ? status : 204).end('thanks');
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
}, 120_000);
afterAll(async () => {
  await service.dispose();
  receiver.close();
  receiver.closeAllConnections();
});
beforeEach(() => {
  received = [];
  status = 204;
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${randomUUID()}`;
});

/** What was sent, each event once: one whose worker broke down before it was noted is sent again under its id. */
function listEvents(): Received[] {
  return [...new Map(received.map((each) => [each.headers['webhook-id'], each])).values()];
}

interface Made {
  readonly webhook: { readonly id: string; readonly version: number } | null;
  readonly secret: string | null;
  readonly errors: readonly { readonly code: string; readonly path: readonly string[] }[];
}

async function make(input: object): Promise<Made> {
  const { createWebhook } = await client.request<{ createWebhook: Made }>(
    `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) {
      webhook { id version } secret errors { code path } } }`,
    { input },
  );
  return createWebhook;
}

interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly state: string;
  readonly attempts: readonly { readonly status: number | null; readonly detail: string }[];
}

async function readDeliveries(webhook: string): Promise<Delivery[]> {
  const { node } = await client.request<{
    node: { disabledReason: string | null; deliveries: { edges: { node: Delivery }[] } };
  }>(
    `query ($id: ID!) { node(id: $id) { ... on Webhook {
      disabledReason deliveries { edges { node { id event state attempts { status detail } } } } } } }`,
    { id: webhook },
  );
  return node.deliveries.edges.map((edge) => edge.node);
}

const act = (field: string, id: string, more = '') =>
  client.request<Record<string, { secret?: string; errors: object[] }>>(
    `mutation ($id: ID!) { ${field}(input: { id: $id ${more} }) { errors { code } ${more ? 'secret' : ''} } }`,
    { id },
  );

describe('a webhook', () => {
  it('is told how an inspection ended, signed, in ids alone', async () => {
    const { webhook, secret } = await make({ url, events: ['inspection.completed', 'sample.rejected'] });
    const image = await loadImage('deeppcb/00041002_temp.jpg');
    const sample = await createReadySample(client, image);
    const profile = await createProfile(client, { name: 'b', className: 'b', referenceIds: [sample] });
    const { inspection, upload } = await createInspection(client, profile, image, {});
    if (!upload) throw new Error('no ticket');
    await uploadFile(upload, image.bytes);
    await waitForInspection(client, inspection);
    const find = () => listEvents().filter(({ body }) => body.includes(inspection.id));
    await eventually(async () => expect(find()).toHaveLength(1));
    const [{ headers, body } = { headers: {}, body: '' }] = find();
    const event = await verifyWebhook(secret ?? '', headers, body);
    expect(event).toMatchObject({ type: 'inspection.completed', data: { inspectionId: inspection.id } });
    expect(Object.keys(event.data).toSorted()).toEqual(['decision', 'inspectionId', 'profileId', 'sampleId']);
    await eventually(async () => {
      const [delivery] = await readDeliveries(webhook?.id ?? '');
      expect(delivery).toMatchObject({
        id: headers['webhook-id'],
        state: 'DELIVERED',
        attempts: [{ status: 204 }],
      });
    });
    await act('archiveWebhook', webhook?.id ?? '');
  }, 120_000);

  it('is told once that an evaluation ended, and again when it was resumed', async () => {
    const { webhook, secret } = await make({ url, events: ['evaluation.completed'] });
    const sample = await createReadySample(client, await loadImage('deeppcb/00041002_temp.jpg'));
    const profileId = await createProfile(client, { name: 'e', className: 'b', referenceIds: [sample] });
    const item = { source: { sampleId: sample }, name: 'a', label: 'NORMAL', className: 'b' };
    const { id: datasetVersionId } = await addItems(client, await createDataset(client), [item]);
    const { id } = await createEvaluation(client, { profileId, datasetVersionId });
    await waitForEvaluation(client, id);
    await eventually(async () => expect(listEvents()).toHaveLength(1));
    const [{ headers, body } = { headers: {}, body: '' }] = listEvents();
    expect(await verifyWebhook(secret ?? '', headers, body)).toMatchObject({
      type: 'evaluation.completed',
      data: { evaluationId: id, profileId, datasetVersionId, state: 'DONE' },
    });
    await client.request(
      'mutation ($id: ID!) { resumeEvaluation(input: { id: $id }) { errors { message } } }',
      { id },
    );
    await eventually(async () => expect(listEvents()).toHaveLength(2));
    expect(listEvents()[1]?.headers['webhook-id']).not.toBe(headers['webhook-id']);
    expect(await readDeliveries(webhook?.id ?? '')).toHaveLength(2);
    await act('archiveWebhook', webhook?.id ?? '');
  }, 120_000);

  it('that answers 500 is asked again after seconds, and by hand', async () => {
    const { webhook } = await make({ url, events: ['inspection.failed'] });
    const id = webhook?.id ?? '';
    status = 500;
    await act('testWebhook', id);
    await eventually(async () => expect(received).toHaveLength(1));
    await eventually(async () => {
      const [delivery] = await readDeliveries(id);
      expect(delivery).toMatchObject({ state: 'PENDING', attempts: [{ status: 500, detail: 'thanks' }] });
    });
    status = 204;
    for (let second = 0; second < 45 && received.length < 2; second += 1)
      await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(received).toHaveLength(2);
    expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id']);
    const delivered = await eventually(async () => {
      const [delivery] = await readDeliveries(id);
      if (delivery?.state !== 'DELIVERED') throw new Error('It is not delivered yet.');
      return delivery;
    });
    await act('redeliverWebhook', delivered.id);
    await eventually(async () => expect(received).toHaveLength(3));
    expect(received[2]?.body).toBe(received[0]?.body);
    await act('archiveWebhook', id);
  }, 120_000);

  it('signs by both secrets while a rotation’s grace lasts', async () => {
    const { webhook, secret: old } = await make({ url, events: ['inspection.failed'] });
    const id = webhook?.id ?? '';
    const rotated = await act('rotateWebhookSecret', id, 'expectedVersion: 1');
    const secret = rotated.rotateWebhookSecret?.secret ?? '';
    expect(secret).not.toBe(old);
    await act('testWebhook', id);
    await eventually(async () => expect(received).toHaveLength(1));
    for (const each of [old ?? '', secret])
      await expect(
        verifyWebhook(each, received[0]?.headers ?? {}, received[0]?.body ?? ''),
      ).resolves.toBeDefined();
    await act('archiveWebhook', id);
  });

  it('that answers 410 is switched off, and says why', async () => {
    const { webhook } = await make({ url, events: ['inspection.failed'] });
    const id = webhook?.id ?? '';
    status = 410;
    await act('testWebhook', id);
    await eventually(async () => {
      const { node } = await client.request<{ node: { disabledReason: string | null } }>(
        'query ($id: ID!) { node(id: $id) { ... on Webhook { disabledReason } } }',
        { id },
      );
      expect(node.disabledReason).toContain('410');
    });
    await act('archiveWebhook', id);
  });

  it.each([
    [{ url: 'http://hooks.example.com/', events: ['inspection.failed'] }, ['input', 'url']],
    [{ url: 'https://169.254.169.254/', events: ['inspection.failed'] }, ['input', 'url']],
    [{ url: 'https://hooks.example.com/', events: [] }, ['input', 'events']],
    [{ url: 'https://hooks.example.com/', events: ['everything'] }, ['input', 'events']],
  ])('is not made from %j', async (input, path) => {
    expect(await make(input)).toEqual({ webhook: null, secret: null, errors: [{ code: 'INVALID', path }] });
  });
});
