import { describe, expect, it } from 'vitest';
import { startProcessorTime } from '../../../test/support/processor-time.ts';
import type { Platform, RowKey } from '../platform/index.ts';
import { type ApiKey, draftApiKey, locateApiKey } from './api-key.ts';
import { createAuthenticator } from './authenticate.ts';

const TENANT = 'ten_01JD0000000000000000000000';
const KEY = 'key_01JD0000000000000000000000';

/** A platform of rows in memory that counts its reads, at a time that the test sets. */
function createWorld() {
  const rows = new Map<string, object>();
  const put = ({ pk, sk }: RowKey, row: object) => rows.set(`${pk} ${sk}`, row);
  const state = { now: 1_000_000, reads: 0 };
  const platform = {
    table: {
      async get({ pk, sk }: RowKey) {
        state.reads += 1;
        return rows.get(`${pk} ${sk}`);
      },
      transact: async () => undefined,
      list: async () => [],
    },
    bucket: { scope: () => ({}) },
    dataKeys: { scope: () => ({}) },
    clock: () => state.now,
    secret: 's'.repeat(32),
    stage: 'local',
  } as unknown as Platform;
  const { apiKey, key } = draftApiKey(platform, {
    id: KEY,
    tenantId: TENANT,
    name: 'Line 3',
    role: 'VIEWER',
    createdAt: 0,
  });
  const store = (changes: Partial<ApiKey> = {}) =>
    put({ pk: `${TENANT}#apiKey#${KEY}`, sk: '#' }, { ...apiKey, ...changes });
  put(locateApiKey(KEY), { tenantId: TENANT });
  put({ pk: `${TENANT}#tenant#${TENANT}`, sk: '#' }, { id: TENANT, rev: 1, name: 'x', createdAt: 0 });
  store();
  const authenticate = createAuthenticator(platform, { operatorKey: 'o'.repeat(32) });
  return { state, store, key, ask: (bearer = key) => authenticate({ authorization: `Bearer ${bearer}` }) };
}

describe('who a credential is', () => {
  it('is known without a read, in less than a millisecond, once it was proved', async () => {
    const { state, ask } = createWorld();
    expect(await ask()).toMatchObject({ kind: 'apiKey', tenantId: TENANT, role: 'VIEWER' });
    const { reads } = state;
    const spent = startProcessorTime();
    for (let time = 0; time < 1000; time += 1) await ask();
    expect(spent() / 1000).toBeLessThan(1);
    expect(state.reads).toBe(reads);
  });

  it('is asked again after two seconds: a revocation counts from then on', async () => {
    const { state, store, ask } = createWorld();
    await ask();
    store({ revokedAt: state.now });
    state.now += 1999;
    await expect(ask()).resolves.toBeDefined();
    state.now += 1;
    await expect(ask()).rejects.toThrow('no longer valid');
  });

  it('is not remembered when it was refused', async () => {
    const { store, ask } = createWorld();
    store({ expiresAt: 1 });
    await expect(ask()).rejects.toThrow();
    store();
    await expect(ask()).resolves.toMatchObject({ apiKeyId: KEY });
  });

  it('takes as many reads for a key that never was as for one with a wrong secret', async () => {
    const { state, key, ask } = createWorld();
    const { key: forged } = draftApiKey(
      { secret: 'another'.repeat(5), stage: 'local' },
      { id: KEY, tenantId: TENANT, name: 'x', role: 'OWNER', createdAt: 0 },
    );
    const { key: unknown } = draftApiKey(
      { secret: 'another'.repeat(5), stage: 'local' },
      { id: KEY.replace('01JD', '01JE'), tenantId: TENANT, name: 'x', role: 'OWNER', createdAt: 0 },
    );
    const count = async (bearer: string) => {
      const before = state.reads;
      await expect(ask(bearer)).rejects.toThrow();
      return state.reads - before;
    };
    expect(key).not.toBe(forged);
    expect(await count(forged)).toBe(await count(unknown));
  });
});
