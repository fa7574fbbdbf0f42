import type { Lease } from '@loupe/core/platform';
import type { Context } from 'aws-lambda';

/** Time between the end of an invocation and the moment others may take over its work. */
const MARGIN_MS = 2000;

/** A lease that outlasts this invocation: after it, whoever held it is certainly gone. */
export function createLease(context: Context, now: number, token: string): Lease {
  return { token, until: now + context.getRemainingTimeInMillis() + MARGIN_MS };
}

/** The context of an invocation that is to take no longer than `ms`, whatever time it has. */
export function shortenTime(context: Context, ms: number, clock: () => number): Context {
  const endsAt = clock() + ms;
  return {
    ...context,
    getRemainingTimeInMillis: () => Math.min(context.getRemainingTimeInMillis(), endsAt - clock()),
  };
}
