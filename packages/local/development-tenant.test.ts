import { expect, test } from 'vitest';
import { openDataFolder } from './data-folder.ts';
import { ensureDevelopmentTenant } from './development-tenant.ts';
import { listen } from './testing/listen.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

/** An API that makes tenants for the operator and knows the keys it gave out, until they are revoked. */
async function startApi() {
  const tenants = new Map<string, string>();
  const origin = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { query } = JSON.parse(Buffer.concat(chunks).toString());
    const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const answer = (body: object) => response.end(JSON.stringify(body));
    if (!query.startsWith('mutation')) {
      const id = tenants.get(key);
      answer(id ? { data: { viewer: { tenant: { id } } } } : { errors: [{ message: 'unknown key' }] });
    } else if (key === 'operator') {
      const number = tenants.size + 1;
      tenants.set(`key-${number}`, `ten_${number}`);
      answer({
        data: { createTenant: { tenant: { id: `ten_${number}` }, apiKey: `key-${number}`, errors: [] } },
      });
    } else {
      answer({ errors: [{ message: 'For the operator.' }] });
    }
  });
  return { origin, revoke: (key: string) => void tenants.set(key, 'ten_other') };
}

test('the tenant is made once and kept', async () => {
  const api = await startApi();
  const folder = openDataFolder(makeTemporaryFolder());
  const first = await ensureDevelopmentTenant(folder, api.origin, 'operator');
  expect(first).toEqual({ tenantId: 'ten_1', apiKey: 'key-1' });
  expect(await ensureDevelopmentTenant(folder, api.origin, 'operator')).toEqual(first);
  folder.release();
});

test('a kept key that no longer works is replaced by a new tenant', async () => {
  const api = await startApi();
  const folder = openDataFolder(makeTemporaryFolder());
  await ensureDevelopmentTenant(folder, api.origin, 'operator');
  api.revoke('key-1');
  const second = await ensureDevelopmentTenant(folder, api.origin, 'operator');
  expect(second).toEqual({ tenantId: 'ten_2', apiKey: 'key-2' });
  expect(folder.readDevelopment()).toEqual(second);
  folder.release();
});

test("a refusal is an error with the API's reason", async () => {
  const api = await startApi();
  const folder = openDataFolder(makeTemporaryFolder());
  await expect(ensureDevelopmentTenant(folder, api.origin, 'nobody')).rejects.toThrow('For the operator.');
  folder.release();
});
