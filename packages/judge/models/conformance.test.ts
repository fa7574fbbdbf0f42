import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Behaviour, NORMAL_ANSWER } from '../../../test/fixtures/model-servers/behaviour.ts';
import * as geminiServer from '../../../test/fixtures/model-servers/gemini-server.ts';
import type { ModelServer, ModelServerOptions } from '../../../test/fixtures/model-servers/model-server.ts';
import * as openAiServer from '../../../test/fixtures/model-servers/openai-server.ts';
import type { RecordedRequest } from '../../../test/fixtures/model-servers/scripted-server.ts';
import { ANSWER_SCHEMA } from '../prompts/format-part.ts';
import { createModel, type ModelConfig } from './create-model.ts';
import type { ModelError } from './model-error.ts';
import { readVerdictProbability } from './verdict-probability.ts';
import type { ModelQuestion, ModelReply, VisionModel } from './vision-model.ts';

const KEY = 'sk-test-0123456789';
const REFERENCE = new Uint8Array([0xff, 0xd8, 1, 2, 3]);
const QUERY = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);

interface Contestant {
  readonly name: string;
  readonly model: string;
  /** What stands in the reply's `modelVersion`. */
  readonly version: string;
  /** Where the content parts stand: R reference, Q query, T text. */
  readonly order: string;
  readonly start: (options?: Partial<ModelServerOptions>) => Promise<ModelServer>;
  /** A parameter this protocol has, which a model may refuse. */
  readonly refusable: string;
  readonly configure: (baseUrl: string, apiKey: string) => Omit<ModelConfig, 'clock'>;
  readonly readContent: (request: RecordedRequest) => (string | Uint8Array)[];
  readonly countPromptTokens: (body: unknown) => number;
}

const { countPromptTokens, readContent, startOpenAiServer } = openAiServer;
const OPENAI = { order: 'TRQ', version: 'gpt-5.4-2026-04-23', countPromptTokens, readContent } as const;
const GOOGLE = {
  order: 'RQT',
  version: 'gemini-3.8-flash-002',
  refusable: 'responseJsonSchema',
  start: (options?: Partial<ModelServerOptions>) =>
    geminiServer.startGeminiServer({ apiKey: KEY, models: ['gemini-3.8-flash'], ...options }),
  countPromptTokens: geminiServer.countPromptTokens,
  readContent: geminiServer.readContent,
} as const;

function startOpenAi(azure: boolean) {
  return (options?: Partial<ModelServerOptions>) =>
    startOpenAiServer({ apiKey: KEY, models: ['gpt-5.4'], azure, ...options });
}

const CONTESTANTS: readonly Contestant[] = [
  {
    ...OPENAI,
    name: 'openai, Chat Completions',
    model: 'gpt-5.4',
    refusable: 'response_format',
    start: startOpenAi(false),
    configure: (baseUrl, apiKey) => ({ openai: { apiKey, baseUrl } }),
  },
  {
    ...OPENAI,
    name: 'openai, Responses',
    model: 'gpt-5.4',
    refusable: 'text',
    start: startOpenAi(false),
    configure: (baseUrl, apiKey) => ({ openai: { apiKey, baseUrl, api: 'RESPONSES' } }),
  },
  {
    ...OPENAI,
    name: 'azure, a version of the API',
    model: 'azure/gpt-5.4',
    refusable: 'response_format',
    start: startOpenAi(true),
    configure: (baseUrl, apiKey) => ({ azure: { apiKey, baseUrl, apiVersion: '2026-08-01' } }),
  },
  {
    ...OPENAI,
    name: 'azure, v1',
    model: 'azure/gpt-5.4',
    refusable: 'text',
    start: startOpenAi(true),
    configure: (baseUrl, apiKey) => ({ azure: { apiKey, baseUrl, api: 'RESPONSES' } }),
  },
  {
    ...OPENAI,
    name: 'openai-compatible',
    model: 'openai-compatible/gpt-5.4',
    refusable: 'response_format',
    start: startOpenAi(false),
    configure: (baseUrl, apiKey) => ({ openaiCompatible: { apiKey, baseUrl } }),
  },
  {
    ...GOOGLE,
    name: 'gemini',
    model: 'gemini-3.8-flash',
    configure: (baseUrl, apiKey) => ({ gemini: { apiKey, baseUrl } }),
  },
  {
    ...GOOGLE,
    name: 'vertex',
    model: 'vertex/gemini-3.8-flash',
    configure: (baseUrl, apiKey) => ({ vertex: { apiKey, baseUrl } }),
  },
];

const question: ModelQuestion = {
  text: 'Is it normal?',
  images: [
    { role: 'reference', view: 0, mediaType: 'image/jpeg', bytes: REFERENCE, widthPx: 1, heightPx: 1 },
    { role: 'query', view: 0, mediaType: 'image/png', bytes: QUERY, widthPx: 1, heightPx: 1 },
  ],
  maxTokens: 300,
  schema: ANSWER_SCHEMA,
};

describe.each(CONTESTANTS)('$name', (contestant) => {
  let server: ModelServer;
  let model: VisionModel;

  beforeAll(async () => {
    server = await contestant.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    model = create(KEY, contestant.model);
  });

  function create(apiKey: string, id: string, timeoutMs = 5000): VisionModel {
    return createModel(id, { ...contestant.configure(server.baseUrl, apiKey), timeoutMs, clock: () => 1000 });
  }

  function ask(asked = model, signal = new AbortController().signal): Promise<ModelReply> {
    return asked.ask(question, signal);
  }

  async function askInVain(asked = model, signal = new AbortController().signal): Promise<ModelError> {
    return ask(asked, signal).then(
      (reply) => Promise.reject(new Error(`answered ${JSON.stringify(reply)}`)),
      (error: ModelError) => error,
    );
  }

  it('sends text and pictures byte for byte, in the order of the paper', async () => {
    await ask();

    const content = contestant.readContent(server.requests.at(-1) as RecordedRequest);
    const parts: Record<string, string | Uint8Array> = { T: question.text, R: REFERENCE, Q: QUERY };
    expect(content).toEqual([...contestant.order].map((letter) => parts[letter]));
  });

  it('gives answer, usage and version as the provider says them', async () => {
    server.script({ kind: 'answer', text: NORMAL_ANSWER, thoughts: 40, cached: 128 });

    const reply = await ask();

    expect(reply).toEqual({
      text: NORMAL_ANSWER,
      finish: 'complete',
      usage: {
        inputTokens: contestant.countPromptTokens(server.requests.at(-1)?.body),
        outputTokens: Math.ceil(NORMAL_ANSWER.length / 4) + 40,
        reasoningTokens: 40,
        cachedTokens: 128,
      },
      modelVersion: contestant.version,
      latencyMs: 0,
    });
  });

  it('leaves usage out when the provider does', async () => {
    server.script({ kind: 'answer', text: NORMAL_ANSWER, usage: false });

    expect((await ask()).usage).toBeUndefined();
  });

  it('an answer at the limit of tokens is truncated', async () => {
    server.script({ kind: 'answer', text: 'x'.repeat(5000) });

    expect(await ask()).toMatchObject({ finish: 'truncated', text: 'x'.repeat(1200) });
  });

  it('an answer of nothing but thoughts is truncated and empty', async () => {
    server.script({ kind: 'answer', text: NORMAL_ANSWER, thoughts: 300 });

    expect(await ask()).toMatchObject({ finish: 'truncated', text: '', usage: { outputTokens: 300 } });
  });

  it('an empty answer is complete and empty', async () => {
    server.script({ kind: 'answer', text: '' });

    expect(await ask()).toMatchObject({ finish: 'complete', text: '' });
  });

  it('a huge answer arrives whole', async () => {
    const text = 'y'.repeat(4_000_000);
    server.script({ kind: 'answer', text });

    const reply = await model.ask({ ...question, maxTokens: 2_000_000 }, new AbortController().signal);

    expect(reply.text).toBe(text);
  });

  it.each(['refuse', 'withhold-answer'] as const)('%s is a refusal with its reason', async (kind) => {
    server.script({ kind });

    expect(await ask()).toMatchObject({ finish: 'refused', text: '', refusal: expect.stringMatching(/\w/) });
  });

  it('a blocked prompt is a refusal, or says CONTENT_FILTERED', async () => {
    server.script({ kind: 'block-prompt' });

    const end = await ask().then(
      (reply) => reply.finish,
      (error: ModelError) => error.code,
    );

    expect(end).toBe(contestant.order === 'RQT' ? 'refused' : 'CONTENT_FILTERED');
  });

  const failures: [name: string, behaviour: Behaviour, expected: Partial<ModelError>][] = [
    [
      'a rate limit with its wait',
      { kind: 'rate-limit', retryAfterMs: 1500 },
      { code: 'RATE_LIMITED', retryable: true, status: 429, retryAfterMs: 1500 },
    ],
    [
      'a rate limit with Retry-After in seconds',
      { kind: 'rate-limit', headers: { 'retry-after': '7' } },
      { code: 'RATE_LIMITED', retryAfterMs: 7000 },
    ],
    [
      'a rate limit with Retry-After as a date',
      { kind: 'rate-limit', headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:09 GMT' } },
      { code: 'RATE_LIMITED', retryAfterMs: 8000 },
    ],
    [
      'a rate limit without a wait',
      { kind: 'rate-limit' },
      { code: 'RATE_LIMITED', retryAfterMs: undefined },
    ],
    ['an exhausted quota', { kind: 'exhaust-quota' }, { code: 'QUOTA_EXHAUSTED', retryable: false }],
    ['500', { kind: 'fail', status: 500 }, { code: 'OVERLOADED', retryable: true, status: 500 }],
    ['503', { kind: 'fail', status: 503 }, { code: 'OVERLOADED', retryable: true, status: 503 }],
    ['a broken connection', { kind: 'reset-mid-body' }, { code: 'NETWORK', retryable: true }],
    [
      'JSON that is none',
      { kind: 'send', status: 200, body: '{"choices": [' },
      { code: 'BAD_RESPONSE', retryable: true },
    ],
    ['an empty object', { kind: 'send', status: 200, body: {} }, { code: 'BAD_RESPONSE' }],
    [
      'an error page',
      { kind: 'send', status: 502, body: '<h1>Bad gateway</h1>', headers: { 'content-type': 'text/html' } },
      { code: 'OVERLOADED', status: 502 },
    ],
    ['408', { kind: 'send', status: 408, body: {} }, { code: 'TIMEOUT', retryable: true }],
    ['413', { kind: 'send', status: 413, body: {} }, { code: 'BAD_REQUEST', retryable: false }],
    ['403', { kind: 'send', status: 403, body: {} }, { code: 'PERMISSION_DENIED', retryable: false }],
  ];

  it.each(failures)('%s is told apart, after one request', async (_, behaviour, expected) => {
    const before = server.requests.length;
    server.script(behaviour);

    const error = await askInVain();

    expect({ ...error, message: error.message }).toMatchObject({ name: 'ModelError', ...expected });
    expect(server.requests.length - before).toBe(1);
  });

  it('a wrong key is AUTHENTICATION and its message does not repeat the key', async () => {
    const error = await askInVain(create('sk-wrong-abcdefgh', contestant.model));

    expect(error).toMatchObject({ code: 'AUTHENTICATION', retryable: false });
    expect(error.message).not.toContain('sk-wrong-abcdefgh');
  });

  it('a model the provider does not have is MODEL_NOT_FOUND', async () => {
    expect(await askInVain(create(KEY, `${contestant.model}-nope`))).toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });

  it('a server that is not there is NETWORK', async () => {
    const gone = createModel(contestant.model, {
      ...contestant.configure('http://127.0.0.1:1', KEY),
      clock: () => 0,
    });

    expect(await askInVain(gone)).toMatchObject({ code: 'NETWORK', retryable: true });
  });

  it('a slow answer is TIMEOUT', async () => {
    server.script({ kind: 'answer-late', text: NORMAL_ANSWER, delayMs: 3000 });

    expect(await askInVain(create(KEY, contestant.model, 100))).toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
  });

  it('an answer that stops halfway is TIMEOUT', async () => {
    server.script({ kind: 'stall-mid-body' });

    expect(await askInVain(create(KEY, contestant.model, 300))).toMatchObject({ code: 'TIMEOUT' });
  });

  it('a parameter that is refused is dropped, and stays dropped', async () => {
    const picky = await contestant.start({ rejects: [contestant.refusable] });
    const config = { ...contestant.configure(picky.baseUrl, KEY), clock: () => 0 };
    const asked = createModel(contestant.model, config);

    const replies = [await ask(asked), await ask(asked)];

    await picky.stop();
    expect(replies.map(({ finish }) => finish)).toEqual(['complete', 'complete']);
    const withIt = picky.requests.map(({ body }) =>
      JSON.stringify(body).includes(`"${contestant.refusable}":{`),
    );
    expect(withIt).toEqual([true, false, false]);
  });

  it("gives the tokens' probabilities when they are asked for, and leaves them out when not", async () => {
    const tokens = [
      [['{"correctness": ', -0.1]],
      [
        ['0', Math.log(0.75)],
        ['1', Math.log(0.25)],
      ],
      [['}', 0]],
    ] as const;
    const answer = { kind: 'answer', text: '{"correctness": 0}', tokens } as const;
    server.script(answer, answer);

    const asked = await model.ask({ ...question, logprobs: true }, new AbortController().signal);
    const unasked = await ask();

    expect(asked.tokens?.map(({ text }) => text)).toEqual(['{"correctness": ', '0', '}']);
    expect(readVerdictProbability(asked.text, asked.tokens)).toBeCloseTo(0.75, 10);
    expect(unasked.tokens).toBeUndefined();
  });

  it("reads the provider's limits from an answer's headers, and from a 429", async () => {
    const headers = { 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499' };
    const limited = {
      ...headers,
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1m2s',
    };
    server.script(
      { kind: 'send', status: 429, body: {}, headers: limited },
      { kind: 'answer', text: NORMAL_ANSWER },
    );
    const stating = await contestant.start({ headers });
    const config = { ...contestant.configure(stating.baseUrl, KEY), clock: () => 0 };

    const error = await askInVain();
    const reply = await ask(createModel(contestant.model, config));

    await stating.stop();
    expect(error.quota).toEqual({ requests: { limit: 500, remaining: 0, resetMs: 62_000 } });
    expect(reply.quota).toEqual({ requests: { limit: 500, remaining: 499 } });
    await ask();
  });

  it('a call that is called off is ABORTED, before and while it runs', async () => {
    server.script({ kind: 'answer-late', text: NORMAL_ANSWER, delayMs: 3000 });

    expect(await askInVain(model, AbortSignal.timeout(50))).toMatchObject({
      code: 'ABORTED',
      retryable: false,
    });
    expect(await askInVain(model, AbortSignal.abort())).toMatchObject({ code: 'ABORTED' });
  });

  it('takes no key, account or mode of the host from the environment', async () => {
    const strange = 'strange-0123456789';
    const names = [
      'OPENAI_API_KEY',
      'OPENAI_ADMIN_KEY',
      'OPENAI_ORG_ID',
      'OPENAI_PROJECT_ID',
      'AZURE_OPENAI_API_KEY',
      'GOOGLE_API_KEY',
    ];
    for (const name of [...names, 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_GENAI_API_VERSION'])
      vi.stubEnv(name, strange);
    for (const name of ['OPENAI_BASE_URL', 'GOOGLE_GEMINI_BASE_URL', 'GOOGLE_VERTEX_BASE_URL'])
      vi.stubEnv(name, 'http://127.0.0.1:1');
    vi.stubEnv('GOOGLE_GENAI_USE_VERTEXAI', 'true');

    const reply = await ask();

    vi.unstubAllEnvs();
    expect(reply.finish).toBe('complete');
    expect(JSON.stringify(server.requests.at(-1))).not.toContain(strange);
  });

  it('calls at the same time keep their own failures', async () => {
    server.script(
      { kind: 'rate-limit', retryAfterMs: 1 },
      { kind: 'fail', status: 503 },
      { kind: 'exhaust-quota' },
    );

    const codes = await Promise.all([askInVain(), askInVain(), askInVain()]);

    expect(codes.map(({ code }) => code).toSorted()).toEqual([
      'OVERLOADED',
      'QUOTA_EXHAUSTED',
      'RATE_LIMITED',
    ]);
  });
});
