import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

/** As OTLP/JSON writes it (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}

/** A collector on loopback that keeps the spans it is sent. */
async function startCollector(): Promise<{ server: Server; url: string; spans: OtlpSpan[] }> {
  const spans: OtlpSpan[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    expect(request.url).toBe('/v1/traces');
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString());
    for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans };
}

describe('the trace of a request', () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let service: TestService;

  beforeAll(async () => {
    collector = await startCollector();
    service = await startTestService({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  });

  afterAll(async () => {
    await service?.dispose();
    collector?.server.close();
  });

  it('goes from the API over the upload and the queues to the model, and its id comes back to the caller', async () => {
    const { client, apiKey } = await service.createTenantClient();
    const reference = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
    const profileId = await createProfile(client, {
      name: 'Board',
      className: 'circuit board',
      model: 'loupe/reference-match',
      referenceIds: [reference],
    });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const file = await loadImage('deeppcb/00041000_test.jpg');
    const response = await fetch(service.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${apiKey}`,
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      },
      body: JSON.stringify({
        query: `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) {
          inspection { id state pollAfterMs } upload { url method fields { name value } } } }`,
        variables: {
          input: {
            profileId,
            source: { file: { name: file.name, bytes: file.bytes.length, contentType: file.contentType } },
          },
        },
      }),
    });
    expect(response.headers.get('traceparent')?.split('-')[1]).toBe(traceId);
    const { createInspection: created } = (await response.json()).data;
    await uploadFile(created.upload, file.bytes);
    const { state } = await waitForInspection(client, created.inspection);
    expect(state).toBe('DONE');

    await expect
      .poll(() => names(traceId), { timeout: 15_000 })
      .toEqual(expect.arrayContaining(['api', 'intake', 'convert', 'infer', 'model']));
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const find = (name: string) => spans.find((span) => span.name === name);
    expect(find('api')?.parentSpanId).toBe('b7ad6b7169203331');
    for (const name of ['intake', 'convert', 'infer'])
      expect(find(name)?.parentSpanId).toBe(find('api')?.spanId);
    expect(find('model')?.parentSpanId).toBe(find('infer')?.spanId);
  });

  function names(traceId: string): string[] {
    return collector.spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
  }
});
