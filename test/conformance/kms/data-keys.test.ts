import { expect, test, vi } from 'vitest';
import { openDataKeys } from '../../../packages/core/platform/index.ts';
import { startTestKms } from './service.ts';

test("a tenant's data key opens for that tenant alone", async () => {
  const { endpoint, first } = await startTestKms();
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const dataKeys = openDataKeys('eu-west-1', first);
  const { plaintext, sealed } = await dataKeys.scope('ten_1').generate();
  expect(plaintext).toHaveLength(32);
  expect(await dataKeys.scope('ten_1').open(sealed)).toEqual(plaintext);
  await expect(dataKeys.scope('ten_2').open(sealed)).rejects.toMatchObject({
    name: 'InvalidCiphertextException',
  });
  vi.unstubAllEnvs();
});

test('a deployment without a KMS key says which variable is missing', async () => {
  await expect(openDataKeys('eu-west-1', undefined).scope('ten_1').generate()).rejects.toThrow(
    'set LOUPE_KMS_KEY_ID',
  );
});
