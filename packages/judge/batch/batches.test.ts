import { afterEach, describe, expect, it } from 'vitest';
import { startGeminiServer } from '../../../test/fixtures/model-servers/gemini-server.ts';
import type { ModelServer, ModelServerOptions } from '../../../test/fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../../../test/fixtures/model-servers/openai-server.ts';
import { at } from '../../../test/fixtures/model-servers/scripted-server.ts';
import { createModel } from '../models/create-model.ts';
import type { ModelError } from '../models/model-error.ts';
import type { ModelQuestion, VisionModel } from '../models/vision-model.ts';
import type { BatchAnswer, BatchService } from './batch-service.ts';

const OPTIONS: ModelServerOptions = { apiKey: 'key-of-the-test', models: ['gpt-5.4', 'gemini-3.5-flash'] };

const PROVIDERS = [
  { provider: 'openai', api: 'CHAT', id: 'gpt-5.4', start: startOpenAiServer },
  { provider: 'openai', api: 'RESPONSES', id: 'gpt-5.4', start: startOpenAiServer },
  { provider: 'gemini', api: undefined, id: 'gemini-3.5-flash', start: startGeminiServer },
] as const;

const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const signal = AbortSignal.timeout(60_000);

describe.each(PROVIDERS)('batches of $provider $api', ({ provider, api, id, start }) => {
  async function connect(options: Partial<ModelServerOptions> = {}) {
    const server = await start({ ...OPTIONS, ...options });
    servers.push(server);
    const config = { apiKey: OPTIONS.apiKey, baseUrl: server.baseUrl, ...(api && { api }) };
    const model = createModel(id, { [provider]: config, clock: Date.now });
    return { server, model, batches: open(model) };
  }

  it('bring each answer back under its key, in whatever order', async () => {
    const { server, batches } = await connect();
    const lines = ['a', 'b', 'c'].map((key) => batches.writeLine(key, ask(`Question ${key}`)));
    server.script(answer('third'), answer('second'), answer('first'));
    // The server carries them out in order and gives them back last ones first.
    const { id: batch } = await batches.submit('pack-1', lines, signal);
    await waitUntilEnded(batches, batch);
    const answers = await batches.collect(batch, signal);
    expect(answers.map(({ key }) => key)).toEqual(['c', 'b', 'a']);
    expect(read(answers)).toEqual({ a: 'third', b: 'second', c: 'first' });
    expect(answers[0]).toMatchObject({ reply: { finish: 'complete', usage: { outputTokens: 2 } } });
  });

  it('ask exactly what a single call asks', async () => {
    const { server, model, batches } = await connect();
    const question = { ...ask('Which?'), images: [PICTURE] };
    await model.ask(question, signal);
    const single = server.requests.at(-1)?.body;
    await batches.submit('pack-1', [batches.writeLine('a', question)], signal);
    expect(server.batches.batches[0]?.requests[0]?.request.body).toEqual(single);
  });

  it('tell of each request on its own what went wrong with it', async () => {
    const { server, batches } = await connect();
    server.script(answer('fine'), { kind: 'fail', status: 503 }, { kind: 'rate-limit' }, { kind: 'refuse' });
    const lines = ['a', 'b', 'c', 'd'].map((key) => batches.writeLine(key, ask(key)));
    const { id: batch } = await batches.submit('pack-1', lines, signal);
    await waitUntilEnded(batches, batch);
    const answers = await batches.collect(batch, signal);
    expect(read(answers)).toEqual({ a: 'fine', b: 'OVERLOADED', c: 'RATE_LIMITED', d: 'refused' });
  });

  it('learn from a request that was turned down for a parameter, once for all of them', async () => {
    const parameter =
      provider === 'gemini' ? 'responseJsonSchema' : api === 'CHAT' ? 'response_format' : 'text';
    const { batches } = await connect({ rejects: [parameter] });
    const line = () => batches.writeLine('a', ask('a'));
    expect(line()).toContain(`"${parameter}":{`);
    const { id: batch } = await batches.submit('pack-1', [line()], signal);
    await waitUntilEnded(batches, batch);
    const [refused] = await batches.collect(batch, signal);
    const error = refused && 'error' in refused ? refused.error : undefined;
    expect(error?.code).toBe('BAD_REQUEST');
    expect([1, 2].map(() => batches.learn(ask('a'), error as ModelError))).toEqual([true, true]);
    expect(line()).not.toContain(`"${parameter}":{`);
  });

  it('are found again by their name when nobody heard that they were made', async () => {
    const { server, batches } = await connect();
    server.batches.plan({ isUnheard: true });
    const line = batches.writeLine('a', ask('a'));
    await expect(batches.submit('pack-1', [line], signal)).rejects.toMatchObject({ code: 'NETWORK' });
    for (let i = 2; i < 103; i++) await batches.submit(`pack-${i}`, [line], signal);
    const found = await batches.find('pack-1', 0, signal);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ name: 'pack-1', isEnded: false });
    expect(await batches.find('pack-0', 0, signal)).toEqual([]);
  });

  it('stop when they are cancelled, with what was answered until then', async () => {
    const { server, batches } = await connect();
    server.batches.plan({ looks: 99, answers: 1 });
    const lines = ['a', 'b'].map((key) => batches.writeLine(key, ask(key)));
    const { id: batch } = await batches.submit('pack-1', lines, signal);
    await batches.poll(batch, signal);
    await batches.cancel(batch, signal);
    expect((await batches.poll(batch, signal)).status).toMatch(/cancelled/i);
    const answers = await batches.collect(batch, signal);
    expect(answers.filter((each) => 'reply' in each).map(({ key }) => key)).toEqual(['a']);
    await expect(batches.cancel(batch, signal)).rejects.toMatchObject({ retryable: false });
  });

  it('are turned down without harm when there is no room', async () => {
    const { server, batches } = await connect();
    server.batches.plan({ isRefused: true });
    const line = batches.writeLine('a', ask('a'));
    await expect(batches.submit('pack-1', [line], signal)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await batches.find('pack-1', 0, signal)).toEqual([]);
  });

  it('leave nothing behind', async () => {
    const { server, batches } = await connect();
    const { id: batch } = await batches.submit('pack-1', [batches.writeLine('a', ask('a'))], signal);
    await waitUntilEnded(batches, batch);
    await batches.collect(batch, signal);
    await batches.discard(batch, signal);
    expect(server.batches.countFiles()).toBe(0);
  });
});

describe('batches of OpenAI', () => {
  async function connect() {
    const server = await startOpenAiServer(OPTIONS);
    servers.push(server);
    const config = { apiKey: OPTIONS.apiKey, baseUrl: server.baseUrl };
    return { server, batches: open(createModel('gpt-5.4', { openai: config, clock: Date.now })) };
  }

  it('that expire bring what was answered, and name the rest', async () => {
    const { server, batches } = await connect();
    server.batches.plan({ end: 'EXPIRED', answers: 2 });
    const lines = ['a', 'b', 'c'].map((key) => batches.writeLine(key, ask(key)));
    const { id: batch } = await batches.submit('pack-1', lines, signal);
    const ended = await waitUntilEnded(batches, batch);
    expect(ended).toMatchObject({ status: 'expired', answered: 2 });
    expect(read(await batches.collect(batch, signal))).toMatchObject({ c: 'TIMEOUT' });
  });

  it('that find too much enqueued say so as a whole', async () => {
    const { server, batches } = await connect();
    server.batches.plan({ looks: 1, end: 'FAILED', code: 'token_limit_exceeded' });
    const { id: batch } = await batches.submit('pack-1', [batches.writeLine('a', ask('a'))], signal);
    const ended = await waitUntilEnded(batches, batch);
    expect(ended.refusal).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('that are malformed are turned down as a whole', async () => {
    const { batches } = await connect();
    const line = batches.writeLine('twice', ask('a'));
    const { id: batch } = await batches.submit('pack-1', [line, line], signal);
    expect((await waitUntilEnded(batches, batch)).refusal).toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('batches of Gemini', () => {
  it('go as a file when a request can not hold them', async () => {
    const server = await startGeminiServer(OPTIONS);
    servers.push(server);
    const config = { apiKey: OPTIONS.apiKey, baseUrl: server.baseUrl };
    const batches = open(createModel('gemini-3.5-flash', { gemini: config, clock: Date.now }));
    const large = 'x'.repeat(10_000_000);
    const lines = ['a', 'b'].map((key) => batches.writeLine(key, ask(`${key} ${large}`)));
    const { id: batch } = await batches.submit('pack-1', lines, signal);
    expect(at(server.requests.at(-1)?.body, 'batch', 'inputConfig', 'fileName')).toMatch(/^files\//);
    await waitUntilEnded(batches, batch);
    expect(Object.keys(read(await batches.collect(batch, signal)))).toEqual(['b', 'a']);
  });
});

it('batches are there for models whose data say so, and for no others', () => {
  const openai = { apiKey: 'k', baseUrl: 'http://127.0.0.1:1/v1' };
  const config = {
    openai,
    openaiCompatible: openai,
    azure: openai,
    vertex: { apiKey: 'k' },
    clock: Date.now,
  };
  const batches = (id: string) => createModel(id, config).batches !== undefined;
  expect(
    ['gpt-4.1', 'azure/gpt-4.1', 'openai-compatible/qwen', 'vertex/gemini-3.5-flash'].map(batches),
  ).toEqual([true, false, false, false]);
});

const PICTURE = {
  role: 'query',
  view: 0,
  mediaType: 'image/png',
  bytes: new Uint8Array([1, 2, 3]),
  widthPx: 8,
  heightPx: 8,
} as const;

function ask(text: string): ModelQuestion {
  const schema = { type: 'object', properties: {}, required: [], additionalProperties: false };
  return { text, images: [], maxTokens: 300, schema };
}

function answer(text: string) {
  return { kind: 'answer', text } as const;
}

function open({ batches }: VisionModel): BatchService {
  if (!batches) throw new Error('The model takes no batches.');
  return batches;
}

async function waitUntilEnded(batches: BatchService, id: string) {
  for (let looks = 0; looks < 10; looks++) {
    const batch = await batches.poll(id, signal);
    if (batch.isEnded) return batch;
  }
  throw new Error('The batch does not end.');
}

function read(answers: readonly BatchAnswer[]): Record<string, string> {
  return Object.fromEntries(
    answers.map((each) => {
      if ('error' in each) return [each.key, each.error.code];
      return [each.key, each.reply.finish === 'refused' ? 'refused' : each.reply.text];
    }),
  );
}
