import { createHash } from 'node:crypto';
import { setNewest } from '../platform/set-newest.ts';
import type { Session } from './policy.ts';

/**
 * Remembers what a credential proved, so that a busy client's next request costs no read. Whoever revokes a key or
 * suspends a tenant is obeyed when the entry ends.
 */

/** How long a proof counts, in ms. */
const SESSION_MS = 2000;
const MAX_ENTRIES = 2000;

export interface SessionCache {
  /** The session of a credential; asks `prove` when none is remembered. Refusals are not remembered. */
  readonly remember: (credential: string, prove: () => Promise<Session>) => Promise<Session>;
}

export function createSessionCache(clock: () => number): SessionCache {
  const entries = new Map<string, { readonly session: Session; readonly until: number }>();
  return {
    async remember(credential, prove) {
      const key = createHash('sha256').update(credential).digest('base64');
      const known = entries.get(key);
      const now = clock();
      if (known && known.until > now) return known.session;
      entries.delete(key);
      const session = await prove();
      setNewest(entries, key, { session, until: now + SESSION_MS }, MAX_ENTRIES);
      return session;
    },
  };
}
