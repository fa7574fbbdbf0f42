import { describe, expect, it } from 'vitest';
import { describeModel } from './catalogue.ts';
import { countImageTokens, countTextTokens, estimateTokens } from './estimate.ts';
import type { ImageTokenRule, ModelImage, ModelTraits } from './vision-model.ts';

const tiles = describeModel('gpt-4o')?.traits.capabilities?.imageTokens as ImageTokenRule;

describe('pictures in tiles, by the examples of the guide to GPT-4o', () => {
  it.each([
    [1024, 1024, 765],
    [2048, 4096, 1105],
    [512, 512, 255],
    [1, 1, 255],
  ])('%i × %i px are %i tokens', (width, height, tokens) => {
    expect(countImageTokens(tiles, width, height)).toBe(tokens);
  });
});

describe('models of OpenAI’s, as they were billed', () => {
  // A picture of 128 × 64 px with five words, at low and at high detail: https://community.openai.com/t/1262691
  it.each([
    ['gpt-4o', 97, 267],
    ['gpt-4.1', 97, 267],
    ['gpt-4o-mini-2024-07-18', 2845, 8512],
    ['o3-2025-04-16', 86, 236],
    ['gpt-4.1-mini', 26, 26],
    ['gpt-4.1-nano', 33, 33],
    ['openai/o4-mini', 26, 26],
  ])('%s: %i and %i tokens, 11 to 13 of them text', (id, low, high) => {
    const rule = describeModel(id)?.traits.capabilities?.imageTokens as ImageTokenRule;

    for (const [detail, billed] of [
      ['low', low],
      ['high', high],
    ] as const) {
      const text = billed - countImageTokens(rule, 128, 64, detail);
      expect(text).toBeGreaterThanOrEqual(11);
      expect(text).toBeLessThanOrEqual(13);
    }
  });
});

it('text in another script is not taken for English', () => {
  expect(countTextTokens('x'.repeat(400))).toBe(100);
  // o200k_base has 11 tokens for it, cl100k_base 19.
  expect(countTextTokens('瓶口应完整，没有缺口或裂纹。')).toBeGreaterThanOrEqual(11);
});

it('a picture that is sent as it is costs as many patches as it has', () => {
  const rule = describeModel('gpt-5.4')?.traits.capabilities?.imageTokens as ImageTokenRule;

  expect(countImageTokens(rule, 4000, 3000, 'high')).toBe(2500);
  expect(countImageTokens(rule, 3200, 1600, 'original')).toBe(5000);
});

it('patches are counted up to their most', () => {
  const rule: ImageTokenRule = { kind: 'PATCHES', patchPx: 32, maxPatches: 1536, factor: 1 };

  expect(countImageTokens(rule, 1024, 1024)).toBe(1024);
  expect(countImageTokens(rule, 33, 32)).toBe(2);
  expect(countImageTokens(rule, 4000, 3000)).toBe(1536);
});

it('a question is its text, its schema and its pictures; the answer counts at its limit', () => {
  const traits = describeModel('gpt-4o')?.traits as ModelTraits;
  const image: ModelImage = {
    role: 'query',
    view: 0,
    mediaType: 'image/png',
    bytes: new Uint8Array(),
    widthPx: 512,
    heightPx: 512,
  };
  const question = {
    text: 'x'.repeat(398),
    schema: {},
    maxTokens: 300,
    images: [image, { ...image, detail: 'low' as const }],
  };

  expect(estimateTokens(traits, question)).toEqual({ inputTokens: 100 + 255 + 85, outputTokens: 300 });
});

it.each([
  ['low', 280],
  ['high', 1120],
  ['original', 2240],
] as const)('a picture for Gemini 3 at %s resolution is %i tokens', (detail, tokens) => {
  const traits = describeModel('gemini-3.8-flash')?.traits as ModelTraits;
  const size = { widthPx: 9, heightPx: 9, bytes: new Uint8Array() };
  const image: ModelImage = { role: 'query', view: 0, mediaType: 'image/png', ...size, detail };
  const question = { text: '', schema: {}, maxTokens: 1 };

  const [none, one] = [[], [image]].map((images) => estimateTokens(traits, { ...question, images }));

  expect((one?.inputTokens ?? 0) - (none?.inputTokens ?? 0)).toBe(tokens);
});
