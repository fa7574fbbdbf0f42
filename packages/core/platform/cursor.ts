import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from './errors.ts';

/**
 * Cursors are a position and an HMAC over tenant, list and position: one tenant's cursor, or another filter's, is
 * refused like any made-up one.
 */

const TAG_BYTES = 12;

export interface CursorScope {
  readonly secret: string;
  readonly tenantId: string;
  /** Names the list and its filter, e.g. `inspections:profile:prf_…`. */
  readonly list: string;
}

export function encodeCursor(scope: CursorScope, position: string): string {
  return Buffer.concat([computeTag(scope, position), Buffer.from(position)]).toString('base64url');
}

/** @throws DomainError INVALID when the cursor was not made for this tenant and list */
export function decodeCursor(scope: CursorScope, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const position = bytes.subarray(TAG_BYTES).toString();
  const tag = bytes.subarray(0, TAG_BYTES);
  if (tag.length < TAG_BYTES || !timingSafeEqual(tag, computeTag(scope, position))) {
    throw new DomainError('INVALID', 'The cursor does not belong to this list. Begin without `after`.', [
      'after',
    ]);
  }
  return position;
}

function computeTag({ secret, tenantId, list }: CursorScope, position: string): Buffer {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['cursor', tenantId, list, position]))
    .digest()
    .subarray(0, TAG_BYTES);
}
