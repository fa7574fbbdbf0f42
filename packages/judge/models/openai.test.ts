import { afterEach, expect, it } from 'vitest';
import type { ModelServer } from '../../../test/fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../../../test/fixtures/model-servers/openai-server.ts';
import { ANSWER_SCHEMA } from '../prompts/format-part.ts';
import { createModel } from './create-model.ts';
import type { ModelQuestion, VisionModel } from './vision-model.ts';

const KEY = 'sk-test-0123456789';
const question: ModelQuestion = { text: 'Is it normal?', images: [], maxTokens: 300, schema: ANSWER_SCHEMA };
const signal = new AbortController().signal;
let server: ModelServer;

afterEach(() => server.stop());

async function start(rejects: string[], compatible = false): Promise<VisionModel> {
  server = await startOpenAiServer({ apiKey: KEY, models: ['m', 'o3'], rejects });
  const provider = { apiKey: KEY, baseUrl: server.baseUrl };
  const config = compatible ? { openaiCompatible: provider } : { openai: provider };
  return createModel(compatible ? 'openai-compatible/m' : 'o3', { ...config, clock: () => 0 });
}

function sent(): (string | undefined)[] {
  const names = ['max_tokens', 'max_completion_tokens', 'temperature', 'response_format'];
  return server.requests.map(({ body }) => names.filter((name) => name in (body as object)).join(' '));
}

it('drops what a reasoning model does not take, and remembers', async () => {
  const model = await start(['temperature', 'max_tokens']);

  await model.ask({ ...question, temperature: 0 }, signal);
  await model.ask({ ...question, temperature: 0 }, signal);

  expect(sent().at(-1)).toBe('max_completion_tokens response_format');
  expect(sent().filter((names) => names?.includes('temperature'))).toHaveLength(1);
});

it('a compatible server gets max_tokens first and max_completion_tokens when it refuses that', async () => {
  const model = await start(['max_tokens', 'response_format'], true);

  await model.ask(question, signal);
  await model.ask(question, signal);

  expect(sent()).toEqual([
    'max_tokens response_format',
    'max_completion_tokens response_format',
    'max_completion_tokens',
    'max_completion_tokens',
  ]);
});

it('never asks without a limit of tokens', async () => {
  const model = await start(['max_tokens', 'max_completion_tokens']);

  await expect(model.ask(question, signal)).rejects.toMatchObject({ code: 'BAD_REQUEST', status: 400 });
  expect(sent().every((names) => names?.includes('max'))).toBe(true);
});

it.each([
  [
    'old vLLM',
    { object: 'error', message: 'response_format is not supported', type: 'BadRequestError', code: 400 },
  ],
  ['FastAPI', { detail: [{ loc: ['body', 'response_format'], msg: 'Extra inputs are not permitted' }] }],
  ['plain text', { error: 'json_schema response format is not supported by this model' }],
])('understands the error of %s', async (_, body) => {
  const model = await start([], true);
  server.script({ kind: 'send', status: 400, body });

  expect(await model.ask(question, signal)).toMatchObject({ finish: 'complete' });
  expect(sent()).toEqual(['max_tokens response_format', 'max_tokens']);
});

it('a limit that is too large is an error, not a reason to drop it', async () => {
  const model = await start([], true);
  const message = 'max_tokens is too large: 300. This model supports at most 200 completion tokens.';
  server.script({ kind: 'send', status: 400, body: { error: { message, param: 'max_tokens', code: null } } });

  await expect(model.ask(question, signal)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    parameter: 'max_tokens',
  });
  expect(server.requests).toHaveLength(1);
});

it('an answer in parts is the text of them, without the thinking', async () => {
  const model = await start([], true);
  const content = [
    { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
    { type: 'text', text: '{"correctness": ' },
    { type: 'text', text: '0}' },
    null,
  ];
  const body = { choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] };
  server.script({ kind: 'send', status: 200, body });

  expect((await model.ask(question, signal)).text).toBe('{"correctness": 0}');
});

it("a router's error with status 200 is an error", async () => {
  const model = await start([], true);
  server.script({
    kind: 'send',
    status: 200,
    body: { error: { message: 'Provider returned error', code: 429 } },
  });

  await expect(model.ask(question, signal)).rejects.toMatchObject({ code: 'RATE_LIMITED', status: 429 });
});
