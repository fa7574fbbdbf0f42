import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startGeminiServer } from '../../../test/fixtures/model-servers/gemini-server.ts';
import { startScriptedServer } from '../../../test/fixtures/model-servers/scripted-server.ts';
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

it('Vertex is asked with credentials, below a project and a location, with a token of its own', async () => {
  const token = 'ya29.test-0123456789';
  const server = await startGeminiServer({ apiKey: token, models: ['gemini-3.8-flash'] });
  const exchange = await startScriptedServer(() => {
    const body = { access_token: token, issued_token_type: 'x', token_type: 'Bearer', expires_in: 3600 };
    return { status: 200, body };
  });
  const folder = await mkdtemp(join(tmpdir(), 'loupe-vertex-'));
  await writeFile(join(folder, 'subject'), 'subject-token');
  const credentials = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${exchange.origin}/v1/token`,
    credential_source: { file: join(folder, 'subject') },
  };
  const vertex = {
    apiKey: '',
    baseUrl: server.baseUrl,
    project: 'plant-7',
    location: 'europe-west4',
    credentials,
  };
  const model = createModel('vertex/gemini-3.8-flash', { vertex, clock: () => 0 });

  const reply = await model.ask(question, signal);

  await Promise.all([server.stop(), exchange.stop(), rm(folder, { recursive: true })]);
  expect(reply.finish).toBe('complete');
  expect(server.requests[0]?.path).toBe(
    '/v1/projects/plant-7/locations/europe-west4/publishers/google/models/gemini-3.8-flash:generateContent',
  );
  expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
});
