import { describe, expect, it } from 'vitest';
import { createApiKey, parseApiKey, verifySecret } from './api-key.ts';

const fields = {
  id: 'key_01JD0000000000000000000000',
  tenantId: 'ten_01JD0000000000000000000000',
  role: 'OWNER' as const,
  createdAt: 0,
};
const settings = { pepper: 'p'.repeat(32), stage: 'local' };

describe('an API key', () => {
  it('is found by its id and proved by its secret', () => {
    const { apiKey, key } = createApiKey(settings, fields);
    const parts = parseApiKey(key, 'local');
    expect(key).toMatch(/^loupe_local_01JD0000000000000000000000_[A-Za-z0-9-]{38}$/);
    expect(parts?.apiKeyId).toBe(fields.id);
    expect(verifySecret(settings.pepper, apiKey, parts?.secret ?? '')).toBe(true);
  });

  it('is not stored: neither the row nor the hint holds the secret', () => {
    const { apiKey, key } = createApiKey(settings, fields);
    const secret = parseApiKey(key, 'local')?.secret ?? '';
    expect(JSON.stringify(apiKey)).not.toContain(secret);
    expect(apiKey.displayHint.endsWith(`${secret.slice(0, 4)}…`)).toBe(true);
  });

  it('is refused with another secret, another pepper, another stage, or a wrong letter', () => {
    const { apiKey, key } = createApiKey(settings, fields);
    const other = parseApiKey(createApiKey(settings, fields).key, 'local')?.secret ?? '';
    expect(verifySecret(settings.pepper, apiKey, other)).toBe(false);
    expect(verifySecret('q'.repeat(32), apiKey, parseApiKey(key, 'local')?.secret ?? '')).toBe(false);
    expect(parseApiKey(key, 'production')).toBeUndefined();
    const position = key.length - 10;
    const letter = key[position] === 'a' ? 'b' : 'a';
    expect(parseApiKey(key.slice(0, position) + letter + key.slice(position + 1), 'local')).toBeUndefined();
  });
});
