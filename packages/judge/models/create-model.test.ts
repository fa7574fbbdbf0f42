import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, describeModel } from './catalogue.ts';
import { createModel, type ModelConfig } from './create-model.ts';
import { priceCall } from './price.ts';

const clock = () => 0;
const EVERYTHING: ModelConfig = {
  openai: { apiKey: 'k' },
  gemini: { apiKey: 'k' },
  azure: { apiKey: 'k', baseUrl: 'https://r.openai.azure.com' },
  vertex: { apiKey: '', project: 'p', credentials: {} },
  openaiCompatible: { apiKey: '', baseUrl: 'http://127.0.0.1:8000/v1' },
  detect: () => ({ score: 0, reasoning: '', regions: [] }),
  clock,
};

describe('createModel', () => {
  it.each([
    ['loupe/reference-match', 'loupe'],
    ['gpt-5.4', 'openai'],
    ['gpt-99-not-listed', 'openai'],
    ['o4-mini', 'openai'],
    ['openai/ft:gpt-4o:acme', 'openai'],
    ['gemini-3.8-flash', 'gemini'],
    ['azure/inspector', 'azure'],
    ['vertex/gemini-3.8-flash', 'vertex'],
    ['openai-compatible/Qwen/Qwen3-VL-8B', 'openai-compatible'],
  ])('%s is served by %s', (id, provider) => {
    expect(createModel(id, EVERYTHING)).toMatchObject({ id, provider });
  });

  it.each([
    '',
    'llava',
    'loupe/other',
    'openai/',
    'azure/',
    'vertex/../x',
    'openai-compatible/',
    'o',
    'other-gpt-4',
    'gemini/../files',
    'gpt-4 o?key=1',
  ])('%j is MODEL_UNKNOWN', (id) => {
    expect(() => createModel(id, EVERYTHING)).toThrow(expect.objectContaining({ code: 'MODEL_UNKNOWN' }));
  });

  it.each(CATALOGUE.map(({ id }) => id))('%s without a key is MODEL_NOT_CONFIGURED', (id) => {
    const config = { openai: { apiKey: '' }, clock };

    expect(() => createModel(id, config)).toThrow(expect.objectContaining({ code: 'MODEL_NOT_CONFIGURED' }));
  });

  it("a configured price stands before the catalogue's", () => {
    const price = { inputUsd: 7, outputUsd: 8, statedOn: '2026-11-20', source: 'contract' };

    const { traits } = createModel('gemini-3.8-flash', {
      ...EVERYTHING,
      prices: { 'gemini-3.8-flash': [price] },
    });

    expect(priceCall(traits.prices, { inputTokens: 1, outputTokens: 1 }, 0)).toBe(15);
  });

  it('loads no SDK before a model is asked', () => {
    const script = `
      import { registerHooks } from 'node:module';
      const asked = [];
      registerHooks({ resolve: (name, context, next) => (asked.push(name), next(name, context)) });
      const { createModel } = await import('${new URL('../index.ts', import.meta.url).href}');
      createModel('gpt-5.4', { openai: { apiKey: 'k' }, clock: Date.now });
      createModel('gemini-3.8-flash', { gemini: { apiKey: 'k' }, clock: Date.now });
      process.stdout.write(asked.filter((name) => !name.includes(':') || name.startsWith('node:')).join(' '));
    `;
    const started = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 15_000,
    });

    expect(started).toContain('./models/create-model.ts');
    expect(started.split(' ').filter((name) => !/^(\.|node:)/.test(name))).toEqual([]);
  });
});

describe('prices', () => {
  const tokens = { inputTokens: 1_000_000, outputTokens: 1_000_000 };
  const flash = describeModel('gemini-3.8-flash')?.traits.prices ?? [];
  const pro = describeModel('gemini-3.1-pro-preview')?.traits.prices ?? [];

  it('change with the day they are stated to change on', () => {
    expect(priceCall(flash, tokens, Date.parse('2026-12-31T23:59:59Z'))).toBe(4_500_000);
    expect(priceCall(flash, tokens, Date.parse('2027-01-01T00:00:00Z'))).toBe(9_000_000);
  });

  it('change with the length of the prompt', () => {
    expect(priceCall(pro, { inputTokens: 200_000, outputTokens: 0 }, 0)).toBe(400_000);
    expect(priceCall(pro, { inputTokens: 200_001, outputTokens: 0 }, 0)).toBe(800_004);
  });

  it('of cached and newly cached tokens are their own where they are stated', () => {
    const sol = describeModel('gpt-6.2-sol')?.traits.prices ?? [];
    const usage = { inputTokens: 10_000, cachedTokens: 4000, cacheWriteTokens: 1000, outputTokens: 100 };

    // 5,000 at 2, 4,000 at 0.10, 1,000 at 2.50, 100 at 10 micro-USD
    expect(priceCall(sol, usage, 0)).toBeCloseTo(10_000 + 400 + 2500 + 1000, 6);
    expect(priceCall(flash, { inputTokens: 100, cachedTokens: 100, outputTokens: 0 }, 0)).toBe(75);
  });

  it('of thinking and pictures are in those of tokens written and read', () => {
    const usage = { inputTokens: 1000, imageTokens: 900, outputTokens: 50, reasoningTokens: 40 };

    expect(priceCall(pro, usage, 0)).toBe(2000 + 600);
  });

  it('of a model whose price is not known are null', () => {
    expect(priceCall(describeModel('gpt-4o')?.traits.prices ?? [], tokens, 0)).toBeNull();
    expect(priceCall(flash, undefined, 0)).toBeNull();
  });

  it('all say where and when they were read', () => {
    for (const { traits } of CATALOGUE) {
      for (const price of traits.prices)
        expect(price).toMatchObject({ statedOn: expect.stringMatching(/^2026-/) });
    }
  });
});
