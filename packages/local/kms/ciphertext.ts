import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KmsError } from './errors.ts';
import type { EncryptionContext } from './input.ts';
import type { Key } from './keys.ts';

/**
 * A ciphertext blob: version, id of the key, nonce, tag, then the text under AES-256-GCM, whose additional data are
 * the key's ARN and the encryption context. AWS's own layout is not documented; clients must not look inside.
 */
const VERSION = 1;
const KEY_ID_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES;

export function encrypt(key: Key, plaintext: Uint8Array, context: EncryptionContext): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.material, nonce);
  cipher.setAAD(writeAdditionalData(key, context));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), encodeId(key.id), nonce, cipher.getAuthTag(), text]);
}

/** The key a blob was made under. Throws `InvalidCiphertextException` when it is no blob of these keys. */
export function findKeyOf(blob: Buffer, keys: readonly Key[]): Key {
  const id = blob.subarray(1, 1 + KEY_ID_BYTES);
  const key =
    blob.length > HEADER_BYTES && blob[0] === VERSION
      ? keys.find((candidate) => encodeId(candidate.id).equals(id))
      : undefined;
  if (key === undefined) throw refuseCiphertext();
  return key;
}

/** Throws `InvalidCiphertextException` when the blob was changed, or the context is not the one it was made with. */
export function decrypt(key: Key, blob: Buffer, context: EncryptionContext): Buffer {
  const nonceAt = 1 + KEY_ID_BYTES;
  const tagAt = nonceAt + NONCE_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key.material, blob.subarray(nonceAt, tagAt));
  decipher.setAAD(writeAdditionalData(key, context));
  decipher.setAuthTag(blob.subarray(tagAt, HEADER_BYTES));
  try {
    return Buffer.concat([decipher.update(blob.subarray(HEADER_BYTES)), decipher.final()]);
  } catch {
    throw refuseCiphertext();
  }
}

function encodeId(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The order in which a client names its context does not matter. */
function writeAdditionalData(key: Key, context: EncryptionContext): Buffer {
  const entries = Object.entries(context).sort(([left], [right]) => (left < right ? -1 : 1));
  return Buffer.from(JSON.stringify([key.arn, entries]));
}

/** AWS says no more than the code, so that nobody learns what was wrong. */
function refuseCiphertext(): KmsError {
  return new KmsError('InvalidCiphertextException', '');
}
