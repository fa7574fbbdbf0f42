import type { Platform } from '@loupe/core/platform';
import { handleGraphqlRequest } from '@loupe/functions/graphql-over-lambda';
import { createContext, createServer } from '@loupe/graphql';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attacks } from './attacks.ts';
import { hostileDocument } from './grammar.ts';

const RUNS = 10_000;
const GOAL_P99_MS = 50;

/** A table with nothing in it: what gets as far as that was not refused. */
const emptyTable = {
  get: async () => undefined,
  getMany: async (keys: readonly unknown[]) => keys.map(() => undefined),
  query: async () => ({ items: [], next: undefined }),
  list: async () => [],
  transact: async () => undefined,
};
const platform = {
  table: emptyTable,
  bucket: { scope: () => ({}) },
  dataKeys: { scope: () => ({}) },
  queues: {},
  clock: Date.now,
  createId: (noun: string) => `${noun.slice(0, 3)}_01JD0000000000000000000000`,
  secret: 's'.repeat(32),
  stage: 'local',
} as unknown as Platform;

const unexpected: unknown[] = [];
const server = createServer((error) => unexpected.push(error));
beforeAll(() => server.start());
afterAll(() => server.stop());

interface Reply {
  readonly status: number;
  readonly body: string;
  /** Time of the processor: what others do on the machine does not count. */
  readonly ms: number;
}

async function send(body: string): Promise<Reply> {
  const event = {
    rawPath: '/graphql',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    body,
    isBase64Encoded: false,
    requestContext: { requestId: 'r', http: { method: 'POST' } },
  } as unknown as APIGatewayProxyEventV2;
  const started = process.threadCpuUsage();
  const answer = await handleGraphqlRequest(server, event, async () =>
    createContext({
      requestId: 'r',
      session: {
        kind: 'apiKey',
        tenantId: 'ten_01JD0000000000000000000000',
        apiKeyId: 'key_01JD0000000000000000000000',
        role: 'OWNER',
      },
      platform,
      prompts: async () => ({ preview: () => ({ calls: [], notes: [] }) }),
      models: async () => ({
        list: () => [],
        find: (name) => ({ name, provider: 'x', available: false, batches: false }),
        price: () => null,
      }),
    }),
  );
  const { user, system } = process.threadCpuUsage(started);
  const ms = (user + system) / 1000;
  return { status: answer.statusCode ?? 200, body: answer.body ?? '', ms };
}

function isRefused({ status, body }: Reply): boolean {
  return status === 400 || body.includes('"errors"');
}

describe('a hostile document', () => {
  it('of 10,000 is answered without a failure of ours, and refused within 50 ms at the 99th percentile', async () => {
    const times: number[] = [];
    await fc.assert(
      fc.asyncProperty(hostileDocument, async (body) => {
        const reply = await send(body);
        expect(reply.status, body.slice(0, 500)).toBeLessThan(500);
        expect(reply.body).not.toContain('INTERNAL_SERVER_ERROR');
        if (isRefused(reply)) times.push(reply.ms);
      }),
      { numRuns: RUNS, seed: 20261122 },
    );
    const p99 = times.toSorted((left, right) => left - right)[Math.floor(times.length * 0.99)] ?? 0;
    expect(times.length).toBeGreaterThan(RUNS / 2);
    expect(p99).toBeLessThan(GOAL_P99_MS);
    expect(unexpected).toEqual([]);
  }, 180_000);

  it.each(Object.entries(attacks))('is refused at once: %s', async (_name, body) => {
    const reply = await send(body);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatch(
      /BAD_REQUEST|GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|QUERY_TOO_COMPLEX/,
    );
    expect(reply.ms).toBeLessThan(500);
  });
});
