import { randomBytes } from 'node:crypto';
import { decrypt, encrypt, findKeyOf } from './ciphertext.ts';
import { KmsError, refuseConstraint } from './errors.ts';
import {
  finishDryRun,
  type Input,
  readBlob,
  readContext,
  readKeyId,
  readString,
  refuseOptions,
  requireKeyId,
} from './input.ts';
import { findKey, type Key } from './keys.ts';

/** AWS's quotas for symmetric keys. */
const MAX_PLAINTEXT_BYTES = 4096;
const MAX_CIPHERTEXT_BYTES = 6144;
const MAX_DATA_KEY_BYTES = 1024;
const KEY_SPEC_BYTES: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 };

type Operation = (keys: readonly Key[], input: Input) => object;

export const operations: Readonly<Record<string, Operation>> = {
  Encrypt(keys, input) {
    refuseOptions(input);
    const plaintext = readBlob(input, 'Plaintext', MAX_PLAINTEXT_BYTES);
    const context = readContext(input);
    const key = findKey(keys, requireKeyId(input));
    finishDryRun(input);
    const blob = encrypt(key, plaintext, context);
    return {
      CiphertextBlob: blob.toString('base64'),
      KeyId: key.arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  },

  Decrypt(keys, input) {
    refuseOptions(input);
    const blob = readBlob(input, 'CiphertextBlob', MAX_CIPHERTEXT_BYTES);
    const context = readContext(input);
    const keyId = readKeyId(input);
    const named = keyId === undefined ? undefined : findKey(keys, keyId);
    const key = findKeyOf(blob, keys);
    if (named !== undefined && named !== key) {
      throw new KmsError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    }
    const plaintext = decrypt(key, blob, context);
    finishDryRun(input);
    return {
      Plaintext: plaintext.toString('base64'),
      KeyId: key.arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  },

  GenerateDataKey(keys, input) {
    const { key, plaintext, blob } = makeDataKey(keys, input);
    return {
      CiphertextBlob: blob.toString('base64'),
      Plaintext: plaintext.toString('base64'),
      KeyId: key.arn,
    };
  },

  GenerateDataKeyWithoutPlaintext(keys, input) {
    const { key, blob } = makeDataKey(keys, input);
    return { CiphertextBlob: blob.toString('base64'), KeyId: key.arn };
  },

  DescribeKey(keys, input) {
    const { id, arn, createdAt } = findKey(keys, requireKeyId(input));
    return {
      KeyMetadata: {
        AWSAccountId: arn.split(':')[4],
        Arn: arn,
        CreationDate: createdAt / 1000,
        CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
        Enabled: true,
        EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
        KeyId: id,
        KeyManager: 'CUSTOMER',
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyState: 'Enabled',
        KeyUsage: 'ENCRYPT_DECRYPT',
        MultiRegion: false,
        Origin: 'AWS_KMS',
      },
    };
  },
};

function makeDataKey(keys: readonly Key[], input: Input) {
  refuseOptions(input);
  const bytes = readDataKeyBytes(input);
  const context = readContext(input);
  const key = findKey(keys, requireKeyId(input));
  finishDryRun(input);
  const plaintext = randomBytes(bytes);
  return { key, plaintext, blob: encrypt(key, plaintext, context) };
}

function readDataKeyBytes(input: Input): number {
  const spec = readString(input, 'KeySpec');
  const count = input.NumberOfBytes ?? undefined;
  if ((spec === undefined) === (count === undefined)) {
    throw new KmsError('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  if (spec !== undefined) {
    const bytes = KEY_SPEC_BYTES[spec];
    if (bytes === undefined) {
      throw refuseConstraint('KeySpec', 'Member must satisfy enum value set: [AES_256, AES_128]', spec);
    }
    return bytes;
  }
  if (!Number.isInteger(count)) {
    throw new KmsError('SerializationException', 'NumberOfBytes must be a whole number.');
  }
  if (Number(count) < 1 || Number(count) > MAX_DATA_KEY_BYTES) {
    const bound =
      Number(count) < 1 ? 'greater than or equal to 1' : `less than or equal to ${MAX_DATA_KEY_BYTES}`;
    throw refuseConstraint('NumberOfBytes', `Member must have value ${bound}`, count);
  }
  return Number(count);
}
