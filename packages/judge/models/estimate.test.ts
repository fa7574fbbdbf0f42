import { describe, expect, it } from 'vitest';
import { describeModel } from './catalogue.ts';
import { countImageTokens, estimateTokens } from './estimate.ts';
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
