import { createHash } from 'node:crypto';
import { createServiceError } from './errors.ts';
import { buildTokenKey, TOKEN_PREFIX } from './keys.ts';
import type { RequestData } from './types.ts';
import type { WriteUnit } from './write-unit.ts';

const TOKEN_LIFETIME_MS = 10 * 60 * 1000;

interface TokenRecord {
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Records a transaction's `ClientRequestToken` along with its writes and says whether the same transaction was
 * done under it within ten minutes. Throws IdempotentParameterMismatchException if another one was.
 */
export async function claimToken(unit: WriteUnit, data: RequestData, now: number): Promise<'new' | 'done'> {
  if (data.ClientRequestToken === undefined) return 'new';
  const key = buildTokenKey(data.ClientRequestToken as string);
  const digest = digestRequest(data);
  const record = (await unit.getValue(key)) as TokenRecord | undefined;
  if (record === undefined || isOver(record, now)) {
    unit.setValue(key, { digest, at: now } satisfies TokenRecord);
    return 'new';
  }
  if (record.digest === digest) return 'done';
  throw createServiceError(
    'IdempotentParameterMismatchException',
    'DynamoDB rejected the request because you retried a request with a different payload but with an ' +
      'idempotent token that was already used.',
  );
}

/** Deletes the tokens whose ten minutes are over. */
export async function deleteOldTokens(unit: WriteUnit, now: number): Promise<void> {
  for await (const token of unit.readKeys(TOKEN_PREFIX)) {
    const key = TOKEN_PREFIX + token;
    if (isOver((await unit.getValue(key)) as TokenRecord, now)) unit.deleteValue(key);
  }
}

function isOver(record: TokenRecord, now: number): boolean {
  return now - record.at >= TOKEN_LIFETIME_MS;
}

function digestRequest(data: RequestData): string {
  return createHash('sha256').update(JSON.stringify(data, sortMembers)).digest('hex');
}

function sortMembers(_member: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
