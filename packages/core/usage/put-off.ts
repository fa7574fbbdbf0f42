import { hash } from 'node:crypto';
import { setNewest } from '../platform/set-newest.ts';

/**
 * Credentials that go on asking although they were told to wait. Until that wait is over their requests are refused
 * unread, so that a flood costs its sender's worker a look at a map instead of a document parsed, validated and measured.
 * Each worker learns it for itself.
 */

/** Refusals in a row that are explained as any other: who shares a key with somebody busy is not held up by one of them. */
const PATIENCE = 5;
const MAX_ENTRIES = 5000;

export interface PutOff {
  /** How long the credential has to wait yet, in ms; undefined when its request is to be read. */
  readonly findWait: (credential: string) => number | undefined;
  /** The credential's request was refused for its rate. */
  readonly noteRefusal: (credential: string, retryAfterMs: number) => void;
  /** The credential's request was within its rate. */
  readonly noteSuccess: (credential: string) => void;
}

export function createPutOff(clock: () => number): PutOff {
  const entries = new Map<string, { readonly refusals: number; readonly until: number }>();
  return {
    findWait(credential) {
      if (entries.size === 0) return undefined;
      const known = entries.get(digest(credential));
      if (!known || known.refusals < PATIENCE) return undefined;
      const waitMs = known.until - clock();
      return waitMs > 0 ? waitMs : undefined;
    },
    noteRefusal(credential, retryAfterMs) {
      const key = digest(credential);
      const refusals = (entries.get(key)?.refusals ?? 0) + 1;
      setNewest(entries, key, { refusals, until: clock() + retryAfterMs }, MAX_ENTRIES);
    },
    noteSuccess(credential) {
      if (entries.size > 0) entries.delete(digest(credential));
    },
  };
}

/** Headers may be long, and secrets are not kept. */
function digest(credential: string): string {
  return hash('sha256', credential, 'base64');
}
