import { createHash } from 'node:crypto';
import { DomainError } from './errors.ts';
import { ConditionFailedError, type Write } from './table.ts';
import type { TenantScope } from './tenant-scope.ts';

/** Remembers for a day what an idempotency key created. */

const DAY_MS = 86_400_000;
const MAX_KEY_LENGTH = 64;
const OWNER = 'idempotency';

interface Remembered {
  readonly rev: number;
  readonly digest: string;
  readonly resultId: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export interface IdempotentRequest {
  /** Dotted name of the operation, e.g. `sample.create`. */
  readonly operation: string;
  readonly key: string | null | undefined;
  /** The whole input: the same key with another input is refused. */
  readonly input: unknown;
}

/** What a request would create. */
export interface Draft<T> {
  readonly id: string;
  readonly value: T;
  readonly writes: readonly Write[];
}

/** What was created now, or the id of what an earlier request with the same key and input created. */
export type Created<T> = { readonly value: T } | { readonly replayOf: string };

/**
 * Creates once per key. The key is looked up before anything is drafted, so that a replay answers what was created even
 * when the same request would be refused today.
 * @throws DomainError IDEMPOTENCY_CONFLICT when the key came with another input; whatever `draft` throws
 */
export async function createOnce<T>(
  scope: TenantScope,
  request: IdempotentRequest,
  draft: () => Promise<Draft<T>>,
): Promise<Created<T>> {
  if (request.key === undefined || request.key === null) {
    const { value, writes } = await draft();
    await scope.table.transact(writes);
    return { value };
  }
  const slot = digest([request.operation, checkKey(request.key)]);
  const inputDigest = digest(request.input);
  const now = scope.clock();
  const earlier = await scope.table.getAttached<Remembered>(OWNER, slot, '#');
  if (earlier && earlier.expiresAt > now) return replay(earlier, inputDigest);
  const { id, value, writes } = await draft();
  const memory: Remembered = {
    rev: (earlier?.rev ?? 0) + 1,
    digest: inputDigest,
    resultId: id,
    expiresAt: now + DAY_MS,
  };
  const remember = scope.table.attach(OWNER, slot, '#', memory, {
    replaces: earlier?.rev,
    ttl: Math.ceil(memory.expiresAt / 1000),
  });
  try {
    await scope.table.transact([remember, ...writes]);
    return { value };
  } catch (error) {
    if (!(error instanceof ConditionFailedError) || !error.failed.includes(0)) throw error;
    const winner = await scope.table.getAttached<Remembered>(OWNER, slot, '#');
    if (!winner) throw error;
    return replay(winner, inputDigest);
  }
}

function checkKey(key: string): string {
  if (key.length < 1 || key.length > MAX_KEY_LENGTH) {
    throw new DomainError('INVALID', `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters.`, [
      'input',
      'idempotencyKey',
    ]);
  }
  return key;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function replay(earlier: Remembered, inputDigest: string): { replayOf: string } {
  if (earlier.digest !== inputDigest) {
    throw new DomainError(
      'IDEMPOTENCY_CONFLICT',
      'This idempotency key was used with a different input. Use a new key for a new request.',
      ['input', 'idempotencyKey'],
    );
  }
  return { replayOf: earlier.resultId };
}
