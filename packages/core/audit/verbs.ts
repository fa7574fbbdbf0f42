import { createHash } from 'node:crypto';
import type { Session } from '../access/index.ts';
import { createTenantScope, type Platform, parseNoun } from '../platform/index.ts';
import { type Actor, type AuditChange, type AuditEntry, auditKind } from './entity.ts';
import type { RowChange } from './journal.ts';

/** What the operator does outside of tenants stands in the operator's own partition. */
const OPERATOR = 'operator';
const MAX_TARGETS = 20;

export interface AuditedAction {
  readonly action: string;
  readonly input: unknown;
  readonly result: unknown;
  readonly outcome: readonly string[];
  readonly requestId: string;
  readonly address: string | undefined;
}

/** Writes down what was asked for and how it ended. Holds digests and ids, no content and no secret. */
export async function recordActions(
  platform: Platform,
  session: Session,
  actions: readonly AuditedAction[],
  changes: readonly RowChange[],
): Promise<void> {
  const scope = createTenantScope(platform, 'tenantId' in session ? session.tenantId : OPERATOR);
  const at = platform.clock();
  const entries = actions.map(({ input, result, ...action }): AuditEntry => {
    const targets = [...new Set([...findIds(input), ...findIds(result)])].slice(0, MAX_TARGETS);
    return {
      ...action,
      id: platform.createId('auditEntry'),
      rev: 1,
      at,
      actor: describeActor(session),
      targets,
      changes: targets.flatMap((id) => describeChange(id, changes) ?? []),
      inputDigest: digest(input),
      ...(result !== null && result !== undefined && { resultDigest: digest(result) }),
      keptDays: 'tenantId' in session ? session.auditDays : undefined,
    };
  });
  await scope.table.transact(entries.map((entry) => scope.table.create(auditKind, entry)));
}

/** From before the request's first change of it to after its last. */
function describeChange(targetId: string, changes: readonly RowChange[]): AuditChange | undefined {
  const own = changes.filter(({ id }) => id === targetId);
  const [first, last] = [own[0], own.at(-1)];
  if (!first || !last) return undefined;
  return {
    targetId,
    ...(first.before && { beforeDigest: digest(first.before) }),
    ...(last.after && { afterDigest: digest(last.after) }),
  };
}

export function describeActor(session: Session): Actor {
  switch (session.kind) {
    case 'apiKey':
    case 'uploadToken':
      return { kind: session.kind, id: session.apiKeyId };
    case 'member':
      return { kind: 'member', id: session.memberId };
    case 'person':
      return { kind: 'person', id: session.person.personId };
    case 'operator':
      return { kind: 'operator' };
    case 'anonymous':
      throw new Error('Nobody did something: mutations need a credential.');
  }
}

/** Ids of ours anywhere in a value; an upload's id begins with its sample's. */
function findIds(value: unknown): string[] {
  if (typeof value === 'string') return value.split('.', 1).filter((id) => parseNoun(id));
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(findIds);
}

/** The same for the same content, whatever the order of its fields. */
function digest(value: unknown): string {
  const canonical = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
  return createHash('sha256')
    .update(canonical ?? 'null')
    .digest('hex');
}
