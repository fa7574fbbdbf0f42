import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DecryptCommand, EncryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { expect, test } from 'vitest';
import { createFaults, parseFaults } from '../../../packages/local/faults.ts';
import { makeTemporaryFolder } from '../../../packages/local/testing/temporary-folder.ts';
import { startTestKms } from './service.ts';

test('4096 bytes are encrypted, 4097 and none at all are a ValidationException', async () => {
  const { client, first } = await startTestKms();
  const encrypt = (bytes: number) =>
    client.send(new EncryptCommand({ KeyId: first, Plaintext: new Uint8Array(bytes) }));
  const { CiphertextBlob } = await encrypt(4096);
  const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob }));
  expect(Plaintext).toHaveLength(4096);
  await expect(encrypt(4097)).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(
      "at 'plaintext' failed to satisfy constraint: Member must have length less",
    ),
  });
  await expect(encrypt(0)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a ciphertext over 6144 bytes is a ValidationException', async () => {
  const { client } = await startTestKms();
  const request = new DecryptCommand({ CiphertextBlob: new Uint8Array(6145) });
  await expect(client.send(request)).rejects.toMatchObject({ name: 'ValidationException' });
});

test.each([
  ['neither size', {}, 'Please specify either number of bytes or key spec.'],
  [
    'both sizes',
    { KeySpec: 'AES_256', NumberOfBytes: 32 },
    'Please specify either number of bytes or key spec.',
  ],
  ['0 bytes', { NumberOfBytes: 0 }, 'greater than or equal to 1'],
  ['1025 bytes', { NumberOfBytes: 1025 }, 'less than or equal to 1024'],
  ['an unknown spec', { KeySpec: 'AES_512' as 'AES_256' }, 'Member must satisfy enum value set'],
] as const)('GenerateDataKey with %s is a ValidationException', async (_, size, message) => {
  const { client, first } = await startTestKms();
  await expect(client.send(new GenerateDataKeyCommand({ KeyId: first, ...size }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(message),
  });
});

test('an asymmetric algorithm is an InvalidKeyUsageException, DryRun a DryRunOperationException', async () => {
  const { client, first } = await startTestKms();
  const request = { KeyId: first, Plaintext: Buffer.from('x') };
  await expect(
    client.send(new EncryptCommand({ ...request, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' })),
  ).rejects.toMatchObject({ name: 'InvalidKeyUsageException' });
  await expect(client.send(new EncryptCommand({ ...request, DryRun: true }))).rejects.toMatchObject({
    name: 'DryRunOperationException',
  });
});

test.each([
  ['no credentials', {}, '{}', 'MissingAuthenticationTokenException'],
  ['no target', { authorization: 'AWS4-HMAC-SHA256' }, '{}', 'UnknownOperationException'],
  ['another operation', target('ScheduleKeyDeletion'), '{}', 'UnsupportedOperationException'],
  ['a name of every object', target('constructor'), '{}', 'UnsupportedOperationException'],
  ['no JSON', target('Encrypt'), '{"KeyId":', 'SerializationException'],
  ['a list', target('Encrypt'), '[]', 'SerializationException'],
  ['a number for a string', target('Encrypt'), '{"KeyId":1,"Plaintext":"eA=="}', 'SerializationException'],
  ['a bad blob', target('Encrypt'), '{"KeyId":"alias/first","Plaintext":"x"}', 'SerializationException'],
  [
    'a nested context',
    target('Encrypt'),
    '{"Plaintext":"eA==","EncryptionContext":{"a":{}}}',
    'SerializationException',
  ],
  ['no key', target('Encrypt'), '{"Plaintext":"eA=="}', 'ValidationException'],
  ['no plaintext', target('Encrypt'), '{"KeyId":"alias/first"}', 'ValidationException'],
  ['a huge body', target('Encrypt'), ' '.repeat(70_000), 'RequestEntityTooLargeException'],
])('a request with %s gets an error of KMS', async (_, headers, body, type) => {
  const { endpoint } = await startTestKms();
  const response = await fetch(endpoint, { method: 'POST', headers: { ...headers }, body });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
  expect(await response.json()).toMatchObject({ __type: type });
});

function target(operation: string): Readonly<Record<string, string>> {
  return { authorization: 'AWS4-HMAC-SHA256', 'x-amz-target': `TrentService.${operation}` };
}

test('keys outlive a restart, and their file is for its owner alone', async () => {
  const dataDir = makeTemporaryFolder();
  const before = await startTestKms({ dataDir });
  const { CiphertextBlob } = await before.client.send(
    new EncryptCommand({ KeyId: before.first, Plaintext: Buffer.from('kept') }),
  );
  expect(statSync(join(dataDir, 'keys.json')).mode & 0o777).toBe(0o600);

  const after = await startTestKms({ dataDir });
  expect(after.first).toBe(before.first);
  const { Plaintext } = await after.client.send(new DecryptCommand({ CiphertextBlob }));
  expect(Buffer.from(Plaintext ?? []).toString()).toBe('kept');
});

test.each([
  ['cut off', (text: string) => text.slice(0, 60)],
  ['of another shape', () => '{"keys": {}}'],
  ['without material', (text: string) => text.replaceAll(/"material": "[^"]+"/g, '"material": "eA=="')],
])(
  'a file of keys that is %s is named at the start, with a way out, and left as it is',
  async (_, damage) => {
    const dataDir = makeTemporaryFolder();
    await startTestKms({ dataDir });
    const file = join(dataDir, 'keys.json');
    const damaged = damage(readFileSync(file, 'utf8'));
    writeFileSync(file, damaged);
    await expect(startTestKms({ dataDir })).rejects.toMatchObject({
      code: 'UNREADABLE',
      message: expect.stringMatching(/keys\.json is damaged.*sound copy.*--reset/),
    });
    expect(readFileSync(file, 'utf8')).toBe(damaged);
  },
);

test('a throttled request is a ThrottlingException, which the SDK tries again', async () => {
  const faults = createFaults(parseFaults('kms.throttle=0.5'));
  const { client, first } = await startTestKms({ faults, maxAttempts: 10 });
  for (let turn = 0; turn < 5; turn++) {
    await client.send(new EncryptCommand({ KeyId: first, Plaintext: Buffer.from('x') }));
  }
  const always = await startTestKms({ faults: createFaults(parseFaults('kms.throttle=1')) });
  await expect(
    always.client.send(new EncryptCommand({ KeyId: always.first, Plaintext: Buffer.from('x') })),
  ).rejects.toMatchObject({ name: 'ThrottlingException' });
});
