import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { TenantScope } from '../platform/index.ts';

/** A secret under a data key of its own, which is under the deployment's KMS key. All parts in Base64. */
export interface SealedSecret {
  readonly dataKey: string;
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;

/**
 * Seals a secret: AES-256-GCM with a fresh data key. Tenant and connection are bound twice, by KMS's encryption context and
 * as additional data, so a sealed secret opens in no other place.
 */
export async function sealSecret(scope: TenantScope, ownerId: string, secret: string): Promise<SealedSecret> {
  const { plaintext, sealed } = await scope.dataKeys.generate();
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, plaintext, nonce).setAAD(bind(scope, ownerId));
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  plaintext.fill(0);
  return {
    dataKey: Buffer.from(sealed).toString('base64'),
    nonce: nonce.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

/** @throws Error when it was changed, or sealed for another tenant or connection */
export async function openSecret(scope: TenantScope, ownerId: string, sealed: SealedSecret): Promise<string> {
  const key = await scope.dataKeys.open(Buffer.from(sealed.dataKey, 'base64'));
  const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(sealed.nonce, 'base64'))
    .setAAD(bind(scope, ownerId))
    .setAuthTag(Buffer.from(sealed.tag, 'base64'));
  const secret = Buffer.concat([decipher.update(Buffer.from(sealed.ciphertext, 'base64')), decipher.final()]);
  key.fill(0);
  return secret.toString('utf8');
}

function bind(scope: TenantScope, ownerId: string): Buffer {
  return Buffer.from(`${scope.tenantId}:${ownerId}`);
}
