import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Entity, EntityKind, RowKey, Write } from '../platform/index.ts';
import { sealWrite } from '../platform/table.ts';
import type { Role } from './policy.ts';

/**
 * A machine credential, `loupe_<stage>_<id>_<secret><checksum>`: the id finds the row, the HMAC of the secret proves
 * it, the checksum lets a secret scanner recognise a key without asking anybody. The key itself is never stored.
 */
export interface ApiKey extends Entity {
  readonly tenantId: string;
  readonly role: Role;
  readonly secretHash: string;
  readonly displayHint: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

export const apiKeyKind: EntityKind<ApiKey> = {
  name: 'apiKey',
  place: (key) => ({ byTenant: { partition: 'apiKey', sort: key.id } }),
};

/** Where a key's tenant is found before there is a session: the one row outside every tenant. */
export interface ApiKeyLocator {
  readonly tenantId: string;
}

export function locateApiKey(apiKeyId: string): RowKey {
  return { pk: `credential#${apiKeyId}`, sk: '#' };
}

/** Makes the key of a tenant findable. */
export function registerApiKey(apiKey: ApiKey): Write {
  const locator: ApiKeyLocator = { tenantId: apiKey.tenantId };
  return sealWrite({ kind: 'create', key: locateApiKey(apiKey.id), body: locator, placement: {} });
}

const SECRET_BYTES = 24;
const CHECKSUM_LENGTH = 6;
const HINT_LENGTH = 4;
const keyPattern = /^loupe_([a-z0-9]{1,20})_([0-9A-HJKMNP-TV-Z]{26})_([A-Za-z0-9-]{32})([0-9a-z]{6})$/;

export function createApiKey(
  settings: { readonly pepper: string; readonly stage: string },
  fields: { readonly id: string; readonly tenantId: string; readonly role: Role; readonly createdAt: number },
): { apiKey: ApiKey; key: string } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url').replaceAll('_', '-');
  const body = `loupe_${settings.stage}_${fields.id.slice('key_'.length)}_${secret}`;
  const apiKey: ApiKey = {
    ...fields,
    rev: 1,
    secretHash: hashSecret(settings.pepper, fields.id, secret),
    displayHint: `${body.slice(0, -secret.length + HINT_LENGTH)}…`,
  };
  return { apiKey, key: body + computeChecksum(body) };
}

/** The parts of a well-formed key; undefined for anything else. */
export function parseApiKey(key: string, stage: string): { apiKeyId: string; secret: string } | undefined {
  const match = keyPattern.exec(key);
  if (!match || match[1] !== stage || computeChecksum(key.slice(0, -CHECKSUM_LENGTH)) !== match[4])
    return undefined;
  return { apiKeyId: `key_${match[2]}`, secret: match[3] ?? '' };
}

export function verifySecret(
  pepper: string,
  apiKey: Pick<ApiKey, 'id' | 'secretHash'>,
  secret: string,
): boolean {
  const expected = Buffer.from(apiKey.secretHash, 'hex');
  const actual = Buffer.from(hashSecret(pepper, apiKey.id, secret), 'hex');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function hashSecret(pepper: string, apiKeyId: string, secret: string): string {
  return createHmac('sha256', pepper).update(`apiKey:${apiKeyId}:${secret}`).digest('hex');
}

function computeChecksum(body: string): string {
  return crc32(body)
    .toString(36)
    .padStart(CHECKSUM_LENGTH + 1, '0')
    .slice(-CHECKSUM_LENGTH);
}
