import { randomBytes } from 'node:crypto';
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
} from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startTestKms, type TestKms } from './service.ts';

const CONTEXT = { tenantId: 'ten_1', purpose: 'provider key' };

async function encrypt({ client, first }: TestKms, text: string): Promise<Uint8Array> {
  const { CiphertextBlob = new Uint8Array() } = await client.send(
    new EncryptCommand({ KeyId: first, Plaintext: Buffer.from(text), EncryptionContext: CONTEXT }),
  );
  return CiphertextBlob;
}

test('Decrypt gives back what Encrypt took, under the key ARN and algorithm that both name', async () => {
  const { client, first } = await startTestKms();
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 4096 }),
      fc.dictionary(fc.string(), fc.string({ maxLength: 100 }), { maxKeys: 5 }),
      async (bytes, EncryptionContext) => {
        const encrypted = await client.send(
          new EncryptCommand({ KeyId: first, Plaintext: bytes, EncryptionContext }),
        );
        const { CiphertextBlob } = encrypted;
        expect(encrypted).toMatchObject({ KeyId: first, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
        const decrypted = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
        expect(decrypted).toMatchObject({ KeyId: first, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
        expect(decrypted.Plaintext).toEqual(new Uint8Array(bytes));
      },
    ),
    { numRuns: 40 },
  );
});

test('the same plaintext never gives the same ciphertext', async () => {
  const kms = await startTestKms();
  expect(await encrypt(kms, 'secret')).not.toEqual(await encrypt(kms, 'secret'));
});

test('the encryption context may come in another order', async () => {
  const kms = await startTestKms();
  const { Plaintext } = await kms.client.send(
    new DecryptCommand({
      CiphertextBlob: await encrypt(kms, 'secret'),
      EncryptionContext: { purpose: 'provider key', tenantId: 'ten_1' },
    }),
  );
  expect(Buffer.from(Plaintext ?? []).toString()).toBe('secret');
});

test.each([
  ['no context', undefined],
  ['a part of it', { tenantId: 'ten_1' }],
  ['another value', { ...CONTEXT, tenantId: 'ten_2' }],
  ['another case', { ...CONTEXT, tenantId: 'TEN_1' }],
  ['one pair more', { ...CONTEXT, more: 'x' }],
])(
  'Decrypt with %s in place of the encryption context is an InvalidCiphertextException',
  async (_, context) => {
    const kms = await startTestKms();
    const request = { CiphertextBlob: await encrypt(kms, 'secret'), EncryptionContext: context };
    await expect(kms.client.send(new DecryptCommand(request))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
      $metadata: { httpStatusCode: 400 },
    });
  },
);

test('a ciphertext with any byte changed, cut short or lengthened is an InvalidCiphertextException', async () => {
  const kms = await startTestKms();
  const blob = await encrypt(kms, 's');
  const damaged = [
    ...Array.from(blob, (byte, index) => Uint8Array.from(blob).fill(byte ^ 1, index, index + 1)),
    ...Array.from(blob, (_, index) => blob.slice(0, index)).slice(1),
    Buffer.concat([blob, Buffer.of(0)]),
    randomBytes(6144),
  ];
  for (const CiphertextBlob of damaged) {
    await expect(
      kms.client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT })),
    ).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  }
});

test('Decrypt naming another key than the one that encrypted is an IncorrectKeyException', async () => {
  const kms = await startTestKms();
  const request = { CiphertextBlob: await encrypt(kms, 's'), EncryptionContext: CONTEXT, KeyId: kms.second };
  await expect(kms.client.send(new DecryptCommand(request))).rejects.toMatchObject({
    name: 'IncorrectKeyException',
  });
});

test('a key is named by its id, its ARN, its alias or the ARN of the alias', async () => {
  const kms = await startTestKms();
  const id = kms.first.split('/')[1];
  const names = [id, kms.first, 'alias/first', 'arn:aws:kms:eu-west-1:000000000000:alias/first'];
  for (const KeyId of names) {
    const { KeyMetadata } = await kms.client.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ Arn: kms.first, KeyId: id, KeyState: 'Enabled', Enabled: true });
    expect(KeyMetadata?.CreationDate).toEqual(new Date(Date.UTC(2026, 0, 2)));
  }
});

test.each([
  'alias/third',
  '1234abcd-12ab-34cd-56ef-1234567890ab',
  'arn:aws:kms:eu-west-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  'first',
])('the key %s, which does not exist, is a NotFoundException', async (KeyId) => {
  const { client } = await startTestKms();
  const request = { KeyId, Plaintext: Buffer.from('x') };
  await expect(client.send(new EncryptCommand(request))).rejects.toMatchObject({ name: 'NotFoundException' });
});

test.each([
  [{ KeySpec: 'AES_256' }, 32],
  [{ KeySpec: 'AES_128' }, 16],
  [{ NumberOfBytes: 1 }, 1],
  [{ NumberOfBytes: 1024 }, 1024],
] as const)('GenerateDataKey with %j gives %i bytes and the same bytes encrypted', async (size, bytes) => {
  const { client, first } = await startTestKms();
  const dataKey = await client.send(
    new GenerateDataKeyCommand({ KeyId: 'alias/first', EncryptionContext: CONTEXT, ...size }),
  );
  expect(dataKey.KeyId).toBe(first);
  expect(dataKey.Plaintext).toHaveLength(bytes);
  const opened = await client.send(
    new DecryptCommand({ CiphertextBlob: dataKey.CiphertextBlob, EncryptionContext: CONTEXT }),
  );
  expect(opened.Plaintext).toEqual(dataKey.Plaintext);
});

test('GenerateDataKeyWithoutPlaintext gives the encrypted key alone', async () => {
  const { client, first } = await startTestKms();
  const answer = await client.send(
    new GenerateDataKeyWithoutPlaintextCommand({ KeyId: first, KeySpec: 'AES_256' }),
  );
  expect(answer).not.toHaveProperty('Plaintext');
  const opened = await client.send(new DecryptCommand({ CiphertextBlob: answer.CiphertextBlob }));
  expect(opened.Plaintext).toHaveLength(32);
});
