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
  readonly expiresAt: number;
}

export interface IdempotentRequest {
  /** Dotted name of the operation, e.g. `sample.create`. */
  readonly operation: string;
  readonly key: string | undefined;
  /** The whole input: the same key with another input is refused. */
  readonly input: unknown;
}

/**
 * Runs `writes` once per key.
 * @returns the id created now, or by the earlier request with the same key and input
 * @throws DomainError IDEMPOTENCY_CONFLICT when the key came with another input
 */
export async function createOnce(
  scope: TenantScope,
  request: IdempotentRequest,
  resultId: string,
  writes: readonly Write[],
): Promise<{ id: string; replayed: boolean }> {
  if (request.key === undefined) {
    await scope.table.transact(writes);
    return { id: resultId, replayed: false };
  }
  if (request.key.length < 1 || request.key.length > MAX_KEY_LENGTH) {
    throw new DomainError('INVALID', `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters.`, [
      'input',
      'idempotencyKey',
    ]);
  }
  const slot = createHash('sha256')
    .update(JSON.stringify([request.operation, request.key]))
    .digest('hex');
  const digest = createHash('sha256').update(JSON.stringify(request.input)).digest('hex');
  const now = scope.clock();
  const earlier = await scope.table.getAttached<Remembered>(OWNER, slot, '#');
  if (earlier && earlier.expiresAt > now) return replay(earlier, digest);
  const memory: Remembered = { rev: (earlier?.rev ?? 0) + 1, digest, resultId, expiresAt: now + DAY_MS };
  const remember = scope.table.attach(OWNER, slot, '#', memory, {
    replaces: earlier?.rev,
    ttl: Math.ceil(memory.expiresAt / 1000),
  });
  try {
    await scope.table.transact([remember, ...writes]);
    return { id: resultId, replayed: false };
  } catch (error) {
    if (!(error instanceof ConditionFailedError) || !error.failed.includes(0)) throw error;
    const winner = await scope.table.getAttached<Remembered>(OWNER, slot, '#');
    if (!winner) throw error;
    return replay(winner, digest);
  }
}

function replay(earlier: Remembered, digest: string): { id: string; replayed: boolean } {
  if (earlier.digest !== digest) {
    throw new DomainError(
      'IDEMPOTENCY_CONFLICT',
      'This idempotency key was used with a different input. Use a new key for a new request.',
      ['input', 'idempotencyKey'],
    );
  }
  return { id: earlier.resultId, replayed: true };
}
