import { describe, expect, it } from 'vitest';
import { draftApiKey, isUsable, makeSecret, parseApiKey, verifySecret } from './api-key.ts';

const fields = {
  id: 'key_01JD0000000000000000000000',
  tenantId: 'ten_01JD0000000000000000000000',
  name: 'Line 3',
  role: 'OWNER' as const,
  createdAt: 0,
};
const settings = { secret: 'p'.repeat(32), stage: 'local' };

describe('an API key', () => {
  it('is found by its id and proved by its secret', () => {
    const { apiKey, key } = draftApiKey(settings, fields);
    const parts = parseApiKey(key, 'local');
    expect(key).toMatch(/^loupe_local_01JD0000000000000000000000_[A-Za-z0-9-]{38}$/);
    expect(parts?.apiKeyId).toBe(fields.id);
    expect(verifySecret(settings, apiKey, parts?.secret ?? '', 0)).toBe(true);
  });

  it('is not stored: neither the row nor the hint holds the secret', () => {
    const { apiKey, key } = draftApiKey(settings, fields);
    const secret = parseApiKey(key, 'local')?.secret ?? '';
    expect(JSON.stringify(apiKey)).not.toContain(secret);
    expect(apiKey.displayHint.endsWith(`${secret.slice(0, 4)}…`)).toBe(true);
  });

  it('is refused with another secret, another pepper, another stage, or a wrong letter', () => {
    const { apiKey, key } = draftApiKey(settings, fields);
    const other = parseApiKey(draftApiKey(settings, fields).key, 'local')?.secret ?? '';
    expect(verifySecret(settings, apiKey, other, 0)).toBe(false);
    expect(verifySecret({ secret: 'q'.repeat(32) }, apiKey, parseApiKey(key, 'local')?.secret ?? '', 0)).toBe(
      false,
    );
    expect(parseApiKey(key, 'production')).toBeUndefined();
    const position = key.length - 10;
    const letter = key[position] === 'a' ? 'b' : 'a';
    expect(parseApiKey(key.slice(0, position) + letter + key.slice(position + 1), 'local')).toBeUndefined();
  });

  it('is proved by its previous secret until the grace ends, and by no older one', () => {
    const { apiKey, key } = draftApiKey(settings, fields);
    const old = parseApiKey(key, 'local')?.secret ?? '';
    const { secretHash, key: newKey } = makeSecret(settings, apiKey.id);
    const rotated = { ...apiKey, secretHash, previous: { secretHash: apiKey.secretHash, until: 1000 } };
    expect(verifySecret(settings, rotated, old, 999)).toBe(true);
    expect(verifySecret(settings, rotated, old, 1000)).toBe(false);
    expect(verifySecret(settings, rotated, parseApiKey(newKey, 'local')?.secret ?? '', 2000)).toBe(true);
    const { previous, ...ungraced } = rotated;
    expect(previous.until).toBe(1000);
    expect(verifySecret(settings, ungraced, old, 0)).toBe(false);
  });

  it('ends when it expires or is revoked', () => {
    const { apiKey } = draftApiKey(settings, { ...fields, expiresAt: 1000 });
    expect([isUsable(apiKey, 999), isUsable(apiKey, 1000)]).toEqual([true, false]);
    expect(isUsable({ ...apiKey, revokedAt: 5 }, 10)).toBe(false);
  });
});
