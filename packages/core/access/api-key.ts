import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  type Entity,
  type EntityKind,
  listPeppers,
  type Peppers,
  type RowKey,
  type Write,
} from '../platform/index.ts';
import { sealWrite } from '../platform/table.ts';
import type { Action, Role } from './actions.ts';

/**
 * A machine credential, `loupe_<stage>_<id>_<secret><checksum>`: the id finds the row, the HMAC of the secret proves
 * it, the checksum lets a secret scanner recognise a key without asking anybody. The key itself is never stored.
 * Times are epoch ms.
 */
export interface ApiKey extends Entity {
  readonly tenantId: string;
  readonly name: string;
  readonly role: Role;
  /** The actions it may perform of its role's; all without one. */
  readonly scopes?: readonly Action[] | undefined;
  /** Whether it may send the documents of our own clients alone. */
  readonly trustedDocumentsOnly?: boolean | undefined;
  readonly secretHash: string;
  /** The secret before the last rotation, which works for a while longer. */
  readonly previous?: { readonly secretHash: string; readonly until: number } | undefined;
  readonly displayHint: string;
  readonly createdAt: number;
  readonly expiresAt?: number | undefined;
  readonly revokedAt?: number | undefined;
}

export const apiKeyKind: EntityKind<ApiKey> = {
  name: 'apiKey',
  place: (key) => ({
    byTenant: { partition: key.revokedAt === undefined ? 'apiKey' : 'apiKey:revoked', sort: key.id },
  }),
};

/** When a key was used last, to the minute; a row of its own, so that a key's version stays. */
export interface ApiKeyUse extends Entity {
  /** Epoch ms. */
  readonly usedAt: number;
}

export const apiKeyUseKind: EntityKind<ApiKeyUse> = { name: 'apiKeyUse', place: () => ({}) };

/** Where a key's tenant is found before there is a session: a row outside every tenant. */
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

export interface KeySettings {
  /** Key of the HMAC. */
  readonly secret: string;
  readonly stage: string;
}

const SECRET_BYTES = 24;
const CHECKSUM_LENGTH = 6;
const HINT_LENGTH = 4;
const keyPattern = /^loupe_([a-z0-9]{1,20})_([0-9A-HJKMNP-TV-Z]{26})_([A-Za-z0-9-]{32})([0-9a-z]{6})$/;

/** A key and the row that proves it; nothing is stored yet. */
export function draftApiKey(
  settings: KeySettings,
  fields: Omit<ApiKey, 'rev' | 'secretHash' | 'previous' | 'displayHint' | 'revokedAt'>,
): { apiKey: ApiKey; key: string } {
  const { key, secretHash, displayHint } = makeSecret(settings, fields.id);
  return { apiKey: { ...fields, rev: 1, secretHash, displayHint }, key };
}

/** A new secret for a key; its hash and hint belong into the row. */
export function makeSecret(
  settings: KeySettings,
  apiKeyId: string,
): { key: string; secretHash: string; displayHint: string } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url').replaceAll('_', '-');
  const body = `loupe_${settings.stage}_${apiKeyId.slice('key_'.length)}_${secret}`;
  return {
    key: body + computeChecksum(body),
    secretHash: hashSecret(settings.secret, apiKeyId, secret),
    displayHint: `${body.slice(0, -secret.length + HINT_LENGTH)}…`,
  };
}

/** The parts of a well-formed key; undefined for anything else. */
export function parseApiKey(key: string, stage: string): { apiKeyId: string; secret: string } | undefined {
  const match = keyPattern.exec(key);
  if (!match || match[1] !== stage || computeChecksum(key.slice(0, -CHECKSUM_LENGTH)) !== match[4])
    return undefined;
  return { apiKeyId: `key_${match[2]}`, secret: match[3] ?? '' };
}

/** Whether the secret is the key's, or was until its last rotation and still counts, under any of the peppers. */
export function verifySecret(
  peppers: Peppers,
  apiKey: Pick<ApiKey, 'id' | 'secretHash' | 'previous'>,
  secret: string,
  now: number,
): boolean {
  const proofs = listPeppers(peppers).map((pepper) => {
    const actual = Buffer.from(hashSecret(pepper, apiKey.id, secret), 'hex');
    const isCurrent = equals(actual, apiKey.secretHash);
    const isPrevious = equals(actual, apiKey.previous?.secretHash ?? apiKey.secretHash);
    return isCurrent || (isPrevious && apiKey.previous !== undefined && apiKey.previous.until > now);
  });
  return proofs.includes(true);
}

/** The hash of a proven secret under today's pepper, when the key still has it under the one before. */
export function rehashSecret(
  { secret: pepper, previousSecret }: Peppers,
  apiKey: Pick<ApiKey, 'id' | 'secretHash'>,
  secret: string,
): string | undefined {
  if (previousSecret === undefined || apiKey.secretHash !== hashSecret(previousSecret, apiKey.id, secret))
    return undefined;
  return hashSecret(pepper, apiKey.id, secret);
}

/** Whether a key that was proved may still be used. */
export function isUsable(apiKey: ApiKey, now: number): boolean {
  return apiKey.revokedAt === undefined && (apiKey.expiresAt === undefined || apiKey.expiresAt > now);
}

function equals(actual: Buffer, expectedHex: string): boolean {
  const expected = Buffer.from(expectedHex, 'hex');
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
