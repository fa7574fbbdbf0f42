import { createHash } from 'node:crypto';
import { encodeTime } from 'ulid';
import { ConditionFailedError, type TenantScope } from '../platform/index.ts';
import { tenantKind } from '../tenant/entity.ts';
import { type AuditEntry, auditKind } from './entity.ts';

/** Which worker opened a secret, and for which message. */
export interface SecretReader {
  /** Name of the function, e.g. `infer`. */
  readonly name: string;
  readonly requestId: string;
}

const HOUR_MS = 3_600_000;
const MAX_REMEMBERED = 5000;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Entries that this worker knows to be there. */
const known = new Set<string>();

/**
 * Writes down that a worker opens a secret, before it does: one entry for each secret, function and hour, however
 * often it is opened then.
 */
export async function recordSecretRead(
  scope: TenantScope,
  targetId: string,
  reader: SecretReader,
): Promise<void> {
  const at = scope.clock();
  const hour = at - (at % HOUR_MS);
  const id = nameEntry(hour, `${scope.tenantId} ${targetId} ${reader.name}`);
  if (known.has(id)) return;
  const tenant = await scope.table.get(tenantKind, scope.tenantId);
  const entry: AuditEntry = {
    id,
    rev: 1,
    at,
    actor: { kind: 'worker', id: reader.name },
    action: 'openSecret',
    targets: [targetId],
    inputDigest: createHash('sha256').update(targetId).digest('hex'),
    outcome: ['OK'],
    requestId: reader.requestId,
    keptDays: tenant?.auditDays,
  };
  try {
    await scope.table.transact([scope.table.create(auditKind, entry)]);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
  }
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.add(id);
}

/** The same id for the same opening in the same hour, so that the table keeps one. */
function nameEntry(hour: number, what: string): string {
  const digest = createHash('sha256').update(`${hour} ${what}`).digest();
  const random = Array.from(digest.subarray(0, 16), (byte) => CROCKFORD[byte % CROCKFORD.length]).join('');
  return `aud_${encodeTime(hour, 10)}${random}`;
}
