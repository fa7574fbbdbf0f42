import { KmsError, refuseConstraint } from './errors.ts';

export type Input = Readonly<Record<string, unknown>>;
/** Names and values that a decryption has to repeat. */
export type EncryptionContext = Readonly<Record<string, string>>;

const MAX_KEY_ID_LENGTH = 2048;
const MAX_CONTEXT_BYTES = 8192;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** An optional string. */
export function readString(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new KmsError('SerializationException', `${name} must be a string.`);
  return value;
}

export function readKeyId(input: Input): string | undefined {
  const keyId = readString(input, 'KeyId');
  if (keyId === '') throw refuseConstraint('KeyId', 'Member must have length greater than or equal to 1', '');
  if (keyId !== undefined && keyId.length > MAX_KEY_ID_LENGTH) {
    throw refuseConstraint(
      'KeyId',
      `Member must have length less than or equal to ${MAX_KEY_ID_LENGTH}`,
      keyId,
    );
  }
  return keyId;
}

export function requireKeyId(input: Input): string {
  const keyId = readKeyId(input);
  if (keyId === undefined) throw refuseConstraint('KeyId', 'Member must not be null', null);
  return keyId;
}

/** A required blob of 1 to `maxBytes` bytes, base64 on the wire. */
export function readBlob(input: Input, name: string, maxBytes: number): Buffer {
  const text = readString(input, name);
  if (text === undefined) throw refuseConstraint(name, 'Member must not be null', null);
  if (!BASE64.test(text)) throw new KmsError('SerializationException', `${name} must be in base64.`);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0) throw refuseConstraint(name, 'Member must have length greater than or equal to 1');
  if (bytes.length > maxBytes) {
    throw refuseConstraint(name, `Member must have length less than or equal to ${maxBytes}`);
  }
  return bytes;
}

export function readContext(input: Input): EncryptionContext {
  const value = input.EncryptionContext ?? {};
  if (
    typeof value !== 'object' ||
    Array.isArray(value) ||
    !Object.values(value).every((entry) => typeof entry === 'string')
  ) {
    throw new KmsError('SerializationException', 'EncryptionContext must be a map of strings.');
  }
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_CONTEXT_BYTES) {
    throw new KmsError('ValidationException', `EncryptionContext exceeds ${MAX_CONTEXT_BYTES} bytes.`);
  }
  return value as EncryptionContext;
}

/** Refuses what this service leaves out, and `DryRun` as AWS answers it when the call would have succeeded. */
export function refuseOptions(input: Input): void {
  if (input.Recipient !== undefined) {
    throw new KmsError('UnsupportedOperationException', 'The local key service has no Nitro enclaves.');
  }
  const algorithm = readString(input, 'EncryptionAlgorithm') ?? 'SYMMETRIC_DEFAULT';
  if (algorithm !== 'SYMMETRIC_DEFAULT') {
    throw new KmsError(
      'InvalidKeyUsageException',
      `Algorithm ${algorithm} is incompatible with key spec SYMMETRIC_DEFAULT.`,
    );
  }
}

export function finishDryRun(input: Input): void {
  if (input.DryRun !== true) return;
  throw new KmsError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  );
}
