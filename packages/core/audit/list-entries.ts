import { encodeTime } from 'ulid';
import { assertMay, type TenantRequest } from '../access/index.ts';
import {
  decodeCursor,
  encodeCursor,
  type ListPage,
  type PageRequest,
  scopeCursors,
} from '../platform/index.ts';
import { type AuditEntry, auditKind } from './entity.ts';

/** Which entries are wanted; each field narrows it further. */
export interface AuditFilter {
  readonly actorId?: string | null | undefined;
  readonly action?: string | null | undefined;
  readonly targetId?: string | null | undefined;
  /** Entries from then on. */
  readonly from?: Date | null | undefined;
  /** Entries before then. */
  readonly until?: Date | null | undefined;
}

/** Entries that one request looks through at most; the next page goes on after them. */
const MOST_LOOKED_AT = 1000;
const AT_ONCE = 200;
/** Of a ULID. */
const TIME_CHARACTERS = 10;

/**
 * Newest first. Actor and time are looked up; action and target are picked from what that gives, so a page can hold fewer
 * than asked, or none, while more follow.
 */
export async function listAuditEntries(
  { session, scope }: TenantRequest,
  { first, after, filter = {} }: PageRequest & { readonly filter?: AuditFilter },
): Promise<ListPage<AuditEntry> & { readonly endCursor: string | null }> {
  assertMay(session, 'audit.read');
  const { actorId, action, targetId, from, until } = filter;
  const [index, partition] = actorId
    ? (['byParent', `audit#${actorId}`] as const)
    : (['byTenant', 'audit'] as const);
  const list = JSON.stringify([partition, action, targetId, from, until]);
  const cursorScope = scopeCursors(scope, list);
  const earliest = from ? beginAt(from) : '';
  const limit = action || targetId ? AT_ONCE : first;
  const items: AuditEntry[] = [];
  let position = after ? decodeCursor(cursorScope, after) : until ? beginAt(until) : undefined;
  let hasMore = true;
  for (let looked = 0; hasMore && items.length < first && looked < MOST_LOOKED_AT; looked += limit) {
    const options = { limit, after: position, newestFirst: true };
    const page = await scope.table.query<AuditEntry>(index, partition, options);
    hasMore = page.next !== undefined;
    for (const [place, entry] of page.items.entries()) {
      if (entry.id < earliest) {
        hasMore = false;
        break;
      }
      position = entry.id;
      if (matches(entry, filter)) items.push(entry);
      if (items.length < first) continue;
      hasMore ||= place < page.items.length - 1;
      break;
    }
  }
  return {
    items,
    next: hasMore ? position : undefined,
    cursorOf: ({ id }) => encodeCursor(cursorScope, id),
    endCursor: position === undefined ? null : encodeCursor(cursorScope, position),
  };
}

function matches({ action, targets }: AuditEntry, filter: AuditFilter): boolean {
  if (filter.action && filter.action !== action) return false;
  return !filter.targetId || targets.includes(filter.targetId);
}

/** Where the entries of an instant begin: ids are in the order of time. */
function beginAt(at: Date): string {
  return `aud_${encodeTime(Math.max(0, at.getTime()), TIME_CHARACTERS)}`;
}

export async function findAuditEntry(
  { session, scope }: TenantRequest,
  id: string,
): Promise<AuditEntry | undefined> {
  assertMay(session, 'audit.read');
  return scope.table.get(auditKind, id);
}
