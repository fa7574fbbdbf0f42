import { countTiles } from './openai-image-tokens.ts';
import type { ImageTokenRule, ModelCapabilities, ModelTraits } from './vision-model.ts';

export type Provider = 'loupe' | 'openai' | 'azure' | 'gemini' | 'vertex' | 'openai-compatible';

/** arXiv 2403.11083 asks GPT-4V for at most 300 tokens. */
const PAPER_TOKENS = 300;
/** Thinking counts against the limit; 300 tokens of it leave no answer. */
const THINKING_TOKENS = 4096;

/** GPT-4o and 4.1: OpenAI's guide to images; 85 tokens and 170 a tile of 512 px. */
const GPT4_TILES = countTiles(85, 170);
/** Later models of OpenAI's: patches of 32 px, at most 2,500 of them at high detail, 10,000 as they are. An estimate. */
const GPT5_PATCHES: ImageTokenRule = {
  kind: 'PATCHES',
  patchPx: 32,
  maxPatches: 2500,
  maxOriginalPatches: 10_000,
  lowTokens: 85,
  factor: 1,
};
/** Gemini 3 reads a picture in 1,120 tokens unless told otherwise (Google's guide to media resolution). */
const GEMINI_FLAT: ImageTokenRule = { kind: 'FLAT', tokens: 1120 };
/** Qwen-VL and many others: about one token for 28 × 28 px. An estimate for servers that say nothing. */
const OPEN_PATCHES: ImageTokenRule = { kind: 'PATCHES', patchPx: 28, maxPatches: 16_384, factor: 1 };

const UNSTATED: Omit<ModelCapabilities, 'imageTokens'> = {
  structuredOutput: null,
  logprobs: null,
  seed: null,
  temperature: null,
  batch: null,
  contextTokens: null,
};

function describeDefaults(maxTokens: number, capabilities?: ModelCapabilities): ModelTraits {
  return {
    imagesPerCall: null,
    maxTokens,
    prices: [],
    comparesReferences: false,
    ...(capabilities && { capabilities }),
  };
}

/** OpenAI's models that think take no temperature and give no probabilities. */
const OPENAI: ModelCapabilities = {
  ...UNSTATED,
  structuredOutput: true,
  logprobs: false,
  temperature: false,
  batch: true,
  imageTokens: GPT5_PATCHES,
};

/** What every model of a provider has unless its entry says otherwise. */
export const DEFAULT_TRAITS: Readonly<Record<Provider, ModelTraits>> = {
  // Runs in the service itself: no provider charges for it.
  loupe: {
    imagesPerCall: null,
    maxTokens: PAPER_TOKENS,
    prices: [{ inputUsd: 0, outputUsd: 0, statedOn: '2026-11-01', source: 'embedded' }],
    comparesReferences: true,
  },
  openai: describeDefaults(THINKING_TOKENS, OPENAI),
  azure: describeDefaults(THINKING_TOKENS, {
    ...UNSTATED,
    structuredOutput: true,
    imageTokens: GPT5_PATCHES,
  }),
  gemini: describeDefaults(THINKING_TOKENS, {
    ...UNSTATED,
    structuredOutput: true,
    // Models that think refuse them; in a batch the refusal would cost a round.
    logprobs: false,
    seed: true,
    temperature: true,
    batch: true,
    imageTokens: GEMINI_FLAT,
  }),
  vertex: describeDefaults(THINKING_TOKENS, {
    ...UNSTATED,
    structuredOutput: true,
    seed: true,
    temperature: true,
    imageTokens: GEMINI_FLAT,
  }),
  'openai-compatible': describeDefaults(PAPER_TOKENS, { ...UNSTATED, imageTokens: OPEN_PATCHES }),
};

/** OpenAI's models that do not think: GPT-4o, GPT-4.1 and their kin. */
export const PLAIN_OPENAI: ModelTraits = describeDefaults(PAPER_TOKENS, {
  ...UNSTATED,
  structuredOutput: true,
  logprobs: true,
  seed: true,
  temperature: true,
  batch: true,
  imageTokens: GPT4_TILES,
});
