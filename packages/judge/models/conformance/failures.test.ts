import { describe, expect, it } from 'vitest';
import { type Behaviour, NORMAL_ANSWER } from '../../../../test/fixtures/model-servers/behaviour.ts';
import { createModel } from '../create-model.ts';
import type { ModelError } from '../model-error.ts';
import { CONTESTANTS, KEY, openContest } from '../testing/contest.ts';

describe.each(CONTESTANTS)('$name', (contestant) => {
  const { server, create, askInVain, model } = openContest(contestant);

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
    const before = server().requests.length;
    server().script(behaviour);

    const error = await askInVain();

    expect({ ...error, message: error.message }).toMatchObject({ name: 'ModelError', ...expected });
    expect(server().requests.length - before).toBe(1);
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
    server().script({ kind: 'answer-late', text: NORMAL_ANSWER, delayMs: 3000 });

    expect(await askInVain(create(KEY, contestant.model, 100))).toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
  });

  it('an answer that stops halfway is TIMEOUT', async () => {
    server().script({ kind: 'stall-mid-body' });

    expect(await askInVain(create(KEY, contestant.model, 300))).toMatchObject({ code: 'TIMEOUT' });
  });

  it('a call that is called off is ABORTED, before and while it runs', async () => {
    server().script({ kind: 'answer-late', text: NORMAL_ANSWER, delayMs: 3000 });

    expect(await askInVain(model(), AbortSignal.timeout(50))).toMatchObject({
      code: 'ABORTED',
      retryable: false,
    });
    expect(await askInVain(model(), AbortSignal.abort())).toMatchObject({ code: 'ABORTED' });
  });

  it('calls at the same time keep their own failures', async () => {
    server().script(
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
