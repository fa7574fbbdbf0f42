import type { Context } from 'aws-lambda';
import { expect, it } from 'vitest';
import { createLease, shortenTime } from './lease.ts';

it('takes no longer than it is to, and no longer than the invocation has', () => {
  let now = 1000;
  const deadline = 901_000;
  const context = { getRemainingTimeInMillis: () => deadline - now } as Context;
  const shorter = shortenTime(context, 300_000, () => now);
  expect(shorter.getRemainingTimeInMillis()).toBe(300_000);
  expect(createLease(shorter, now, 'a')).toEqual({ token: 'a', until: 303_000 });
  now = 700_000;
  const last = shortenTime(context, 300_000, () => now);
  now = 800_000;
  expect(last.getRemainingTimeInMillis()).toBe(101_000);
});
