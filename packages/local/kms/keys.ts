import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyResource } from '@loupe/core/resources';
import type { Clock } from '../clock.ts';
import { describeDamage } from '../damage.ts';
import { readJson, writeJson } from '../data-folder.ts';
import { KmsError } from './errors.ts';

const FILE = 'keys.json';
const MATERIAL_BYTES = 32;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A symmetric key for encryption. */
export interface Key {
  readonly name: string;
  /** UUID. */
  readonly id: string;
  readonly arn: string;
  readonly alias: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** 32 bytes; they never leave the service. */
  readonly material: Buffer;
}

interface StoredKey {
  readonly name: string;
  readonly id: string;
  readonly createdAt: number;
  /** Base64. */
  readonly material: string;
}

export interface KeysOptions {
  /** Folder of `keys.json`, which its owner alone may read; made when missing. */
  readonly dataDir: string;
  readonly region: string;
  readonly accountId: string;
  readonly keys: readonly KeyResource[];
  readonly clock: Clock;
}

/** The declared keys; those that the file does not have yet are made. Throws `DataFolderError` when it is damaged. */
export function openKeys({ dataDir, region, accountId, keys, clock }: KeysOptions): Key[] {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, FILE);
  const kept = existsSync(file) ? checkKeys(file, readJson(file)) : [];
  const missing = keys.filter(({ name }) => kept.every((key) => key.name !== name));
  const made = missing.map(({ name }) => ({
    name,
    id: randomUUID(),
    createdAt: clock(),
    material: randomBytes(MATERIAL_BYTES).toString('base64'),
  }));
  const all = [...kept, ...made];
  if (made.length > 0) writeJson(file, { keys: all });
  const prefix = `arn:aws:kms:${region}:${accountId}`;
  return all
    .filter(({ name }) => keys.some((key) => key.name === name))
    .map((key) => ({
      ...key,
      arn: `${prefix}:key/${key.id}`,
      alias: `alias/${key.name}`,
      material: Buffer.from(key.material, 'base64'),
    }));
}

/** A new key in place of an unreadable one would make everything that was encrypted under it useless. */
function checkKeys(file: string, stored: unknown): readonly StoredKey[] {
  const { keys } = (stored ?? {}) as { readonly keys?: unknown };
  if (!Array.isArray(keys) || !keys.every(isStoredKey)) throw describeDamage(file);
  return keys;
}

function isStoredKey(value: unknown): value is StoredKey {
  const { name, id, createdAt, material } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    typeof name === 'string' &&
    typeof id === 'string' &&
    UUID.test(id) &&
    typeof createdAt === 'number' &&
    typeof material === 'string' &&
    Buffer.from(material, 'base64').length === MATERIAL_BYTES
  );
}

/** By id, ARN, alias or the alias's ARN. Throws `NotFoundException`. */
export function findKey(keys: readonly Key[], keyId: string): Key {
  const found = keys.find(
    ({ id, arn, alias }) =>
      keyId === id || keyId === arn || keyId === alias || keyId === arn.replace(`key/${id}`, alias),
  );
  if (found !== undefined) return found;
  throw new KmsError(
    'NotFoundException',
    /(^|:)alias\//.test(keyId) ? `Alias ${keyId} is not found.` : `Key '${keyId}' does not exist`,
  );
}
