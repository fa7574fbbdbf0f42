/** Fields that only say who works on a row, and when it is looked at next. */
const INTERNAL = new Set([
  'attempt',
  'counted',
  'dueAt',
  'lease',
  'parts',
  'remains',
  'retryAt',
  'slot',
  'trace',
  'work',
]);

/** What may be known of a credential, of the tenant's own or of a provider. */
const OF_CREDENTIALS = new Set([
  'id',
  'rev',
  'name',
  'role',
  'scopes',
  'displayHint',
  'email',
  'provider',
  'url',
  'check',
  'createdAt',
  'expiresAt',
  'revokedAt',
  'closedAt',
  'archivedAt',
]);

/** A row as an export shows it: as it is stored, without what is nobody's but the service's. */
export function describeRow(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !INTERNAL.has(name)));
}

/** A credential's row: named fields alone, so that no secret, sealed or hashed, gets into an export. */
export function describeCredential(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => OF_CREDENTIALS.has(name)));
}
