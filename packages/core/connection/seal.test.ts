import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TenantScope } from '../platform/index.ts';
import { openSecret, sealSecret } from './seal.ts';

/** A scope whose KMS knows which tenant each data key is for. */
function createScope(tenantId: string, keys: Map<string, { key: Buffer; tenantId: string }>): TenantScope {
  const dataKeys = {
    async generate() {
      const key = randomBytes(32);
      const sealed = randomBytes(40);
      keys.set(sealed.toString('hex'), { key, tenantId });
      return { plaintext: Uint8Array.from(key), sealed };
    },
    async open(sealed: Uint8Array) {
      const found = keys.get(Buffer.from(sealed).toString('hex'));
      if (found?.tenantId !== tenantId) throw new Error('InvalidCiphertextException');
      return Uint8Array.from(found.key);
    },
  };
  return { tenantId, dataKeys } as unknown as TenantScope;
}

const secret = 'sk-proj-a-very-secret-key';

describe('a sealed secret', () => {
  it('opens for its tenant and owner', async () => {
    const scope = createScope('ten_a', new Map());
    const sealed = await sealSecret(scope, 'con_1', secret);
    expect(await openSecret(scope, 'con_1', sealed)).toBe(secret);
    expect(JSON.stringify(sealed)).not.toContain(secret.slice(3, 12));
  });

  it('opens for no other tenant, owner or content', async () => {
    const keys = new Map();
    const scope = createScope('ten_a', keys);
    const sealed = await sealSecret(scope, 'con_1', secret);
    await expect(openSecret(createScope('ten_b', keys), 'con_1', sealed)).rejects.toThrow();
    await expect(openSecret(scope, 'con_2', sealed)).rejects.toThrow();
    for (const part of ['nonce', 'ciphertext', 'tag'] as const) {
      const bytes = Buffer.from(sealed[part], 'base64');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      await expect(
        openSecret(scope, 'con_1', { ...sealed, [part]: bytes.toString('base64') }),
      ).rejects.toThrow();
    }
  });

  it('is another one every time', async () => {
    const scope = createScope('ten_a', new Map());
    const [first, second] = [
      await sealSecret(scope, 'con_1', secret),
      await sealSecret(scope, 'con_1', secret),
    ];
    expect(first.ciphertext).not.toBe(second.ciphertext);
    expect(first.dataKey).not.toBe(second.dataKey);
  });
});
