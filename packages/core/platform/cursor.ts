import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from './errors.ts';
import { listPeppers, type Peppers } from './peppers.ts';

/**
 * Cursors are a position and an HMAC over tenant, list and position: one tenant's cursor, or another filter's, is
 * refused like any made-up one.
 */

const TAG_BYTES = 12;

export interface CursorScope extends Peppers {
  readonly tenantId: string;
  /** Names the list and its filter, e.g. `inspections:profile:prf_…`. */
  readonly list: string;
}

/** The cursors of a list of the tenant's. */
export function scopeCursors(
  { secret, previousSecret, tenantId }: Omit<CursorScope, 'list'>,
  list: string,
): CursorScope {
  return { secret, previousSecret, tenantId, list };
}

export function encodeCursor(scope: CursorScope, position: string): string {
  return Buffer.concat([computeTag(scope.secret, scope, position), Buffer.from(position)]).toString(
    'base64url',
  );
}

/** @throws DomainError INVALID when the cursor was not made for this tenant and list */
export function decodeCursor(scope: CursorScope, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const position = bytes.subarray(TAG_BYTES).toString();
  const tag = bytes.subarray(0, TAG_BYTES);
  const isOurs = listPeppers(scope).some(
    (pepper) => tag.length === TAG_BYTES && timingSafeEqual(tag, computeTag(pepper, scope, position)),
  );
  if (!isOurs) {
    throw new DomainError('INVALID', 'The cursor does not belong to this list. Begin without `after`.', [
      'after',
    ]);
  }
  return position;
}

function computeTag(pepper: string, { tenantId, list }: CursorScope, position: string): Buffer {
  return createHmac('sha256', pepper)
    .update(JSON.stringify(['cursor', tenantId, list, position]))
    .digest()
    .subarray(0, TAG_BYTES);
}
