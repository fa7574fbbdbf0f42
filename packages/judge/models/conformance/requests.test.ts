import { describe, expect, it, vi } from 'vitest';
import { NORMAL_ANSWER } from '../../../../test/fixtures/model-servers/behaviour.ts';
import type { RecordedRequest } from '../../../../test/fixtures/model-servers/scripted-server.ts';
import { createModel } from '../create-model.ts';
import { CONTESTANTS, KEY, openContest, QUERY, question, REFERENCE } from '../testing/contest.ts';

describe.each(CONTESTANTS)('$name', (contestant) => {
  const { server, ask, askInVain } = openContest(contestant);

  it('sends text and pictures byte for byte, in the order of the paper', async () => {
    await ask();

    const content = contestant.readContent(server().requests.at(-1) as RecordedRequest);
    const parts: Record<string, string | Uint8Array> = { T: question.text, R: REFERENCE, Q: QUERY };
    expect(content).toEqual([...contestant.order].map((letter) => parts[letter]));
  });

  it('asks for one whole answer, not for a stream', async () => {
    await ask();

    const { path, body } = server().requests.at(-1) as RecordedRequest;
    expect(path).not.toMatch(/stream/i);
    expect(JSON.stringify(body)).not.toContain('"stream":true');
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

  it("reads the provider's limits from an answer's headers, and from a 429", async () => {
    const headers = { 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499' };
    const limited = {
      ...headers,
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1m2s',
    };
    server().script(
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
    expect(JSON.stringify(server().requests.at(-1))).not.toContain(strange);
  });
});
