import { ModelError } from '@loupe/judge';
import { expect, it } from 'vitest';
import { describeEnd } from './describe-end.ts';

it.each(['OVERLOADED', 'TIMEOUT', 'NETWORK', 'ABORTED'] as const)('%s is a sign of an outage', (code) => {
  expect(describeEnd(undefined, new ModelError(code, ''))).toEqual({ kind: 'FAILED' });
});

it.each(['BAD_REQUEST', 'CONTENT_FILTERED', 'BAD_RESPONSE', 'AUTHENTICATION'] as const)(
  '%s shows that the provider is there',
  (code) => {
    expect(describeEnd(undefined, new ModelError(code, ''))).toMatchObject({ kind: 'ANSWERED' });
  },
);

it('a refusal is about tokens when calls are left', () => {
  const refusal = new ModelError('RATE_LIMITED', '', { retryAfterMs: 500 });
  const tokens = { limit: 1000, remaining: 0 };

  expect(describeEnd({ requests: { limit: 10, remaining: 5 }, tokens }, refusal)).toEqual({
    kind: 'REFUSED',
    retryAfterMs: 500,
    byTokens: true,
    requests: 10,
    tokens: 1000,
  });
  expect(describeEnd({ requests: { limit: 10, remaining: 0 }, tokens }, refusal)).toMatchObject({
    byTokens: false,
  });
  expect(describeEnd(undefined, refusal)).toMatchObject({ byTokens: false });
});
