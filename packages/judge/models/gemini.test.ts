import { expect, it } from 'vitest';
import { startGeminiServer } from '../../../test/fixtures/model-servers/gemini-server.ts';
import { ANSWER_SCHEMA } from '../prompts/format-part.ts';
import { createModel } from './create-model.ts';
import type { ModelQuestion } from './vision-model.ts';

const KEY = 'AIza-test-0123456789';
const question: ModelQuestion = { text: 'Is it normal?', images: [], maxTokens: 300, schema: ANSWER_SCHEMA };
const signal = new AbortController().signal;

it('asks for JSON by schema, at temperature 0.4 unless told otherwise', async () => {
  const server = await startGeminiServer({ apiKey: KEY, models: ['gemini-3.8-flash'] });
  const config = { gemini: { apiKey: KEY, baseUrl: server.baseUrl }, clock: () => 0 };
  const model = createModel('gemini-3.8-flash', config);

  await model.ask(question, signal);
  await model.ask({ ...question, temperature: 0 }, signal);

  await server.stop();
  expect(server.requests.map(({ body }) => (body as { generationConfig: object }).generationConfig)).toEqual([
    {
      temperature: 0.4,
      maxOutputTokens: 300,
      responseMimeType: 'application/json',
      responseJsonSchema: ANSWER_SCHEMA,
    },
    expect.objectContaining({ temperature: 0 }),
  ]);
});

it('does without the schema where the server does not know it, and remembers', async () => {
  const models = ['gemini-old'];
  const server = await startGeminiServer({ apiKey: KEY, models, rejects: ['responseJsonSchema'] });
  const model = createModel('gemini-old', {
    gemini: { apiKey: KEY, baseUrl: server.baseUrl },
    clock: () => 0,
  });

  await model.ask(question, signal);
  await model.ask(question, signal);

  await server.stop();
  expect(server.requests.map(({ body }) => JSON.stringify(body).includes('responseJsonSchema'))).toEqual([
    true,
    false,
    false,
  ]);
});

it('a long answer is not continued at further cost', async () => {
  const server = await startGeminiServer({ apiKey: KEY, models: ['gemini-3.8-flash'] });
  const model = createModel('gemini-3.8-flash', {
    gemini: { apiKey: KEY, baseUrl: server.baseUrl },
    clock: () => 0,
  });
  const content = { role: 'model', parts: [{ text: '{"reasoning": "' }] };
  const candidates = [{ content, finishReason: 'CONTINUATION', continuationToken: 'AAAA', index: 0 }];
  server.script({ kind: 'send', status: 200, body: { candidates } });

  const reply = await model.ask(question, signal);

  await server.stop();
  expect(reply.finish).toBe('truncated');
  expect(server.requests).toHaveLength(1);
});
