import { expect, it } from 'vitest';
import { readQuota, readReset } from './quota.ts';

it.each([
  ['6m0s', 360_000],
  ['7.66s', 7660],
  ['20ms', 20],
  ['1h2m3.5s', 3_723_500],
  ['59', 59_000],
  ['0s', 0],
  ['', undefined],
  ['soon', undefined],
  ['-1s', undefined],
  [null, undefined],
])('a reset of %j is %j ms', (text, ms) => {
  expect(readReset(text)).toBe(ms);
});

it('reads what a response states and nothing else', () => {
  const headers = new Headers({
    'x-ratelimit-limit-requests': '5000',
    'x-ratelimit-remaining-requests': '4999',
    'x-ratelimit-reset-requests': '12ms',
    'x-ratelimit-remaining-tokens': '39000',
    'x-ratelimit-limit-tokens': '-1',
  });

  expect(readQuota(headers)).toEqual({
    requests: { limit: 5000, remaining: 4999, resetMs: 12 },
    tokens: { remaining: 39_000 },
  });
  expect(readQuota(new Headers({ 'x-ratelimit-reset-requests': '1s' }))).toBeUndefined();
});
