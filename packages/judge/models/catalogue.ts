import { DEFAULT_TRAITS, PLAIN_OPENAI, type Provider } from './default-traits.ts';
import { findImageTokens } from './openai-image-tokens.ts';
import type { ImageTokenRule, ModelCapabilities, ModelPrice, ModelTraits } from './vision-model.ts';

/** A model as data. */
export interface CatalogueEntry {
  readonly id: string;
  readonly provider: Provider;
  readonly traits: ModelTraits;
}

const GEMINI_PRICES = {
  statedOn: '2026-10-07',
  source: 'https://ai.google.dev/gemini-api/docs/pricing',
} as const;

/** OpenAI's price for prompts beyond this many tokens is another. */
const SHORT_PROMPT = 272_000;

interface Known {
  readonly prices?: readonly ModelPrice[];
  readonly contextTokens?: number;
  readonly plain?: boolean;
  readonly imageTokens?: ImageTokenRule | undefined;
}

function openai(id: string, known: Known = {}): CatalogueEntry {
  const base = known.plain ? PLAIN_OPENAI : DEFAULT_TRAITS.openai;
  return { id, provider: 'openai', traits: withKnown(base, { ...known, imageTokens: findImageTokens(id) }) };
}

function gemini(id: string, ...prices: readonly Omit<ModelPrice, 'statedOn' | 'source'>[]): CatalogueEntry {
  const stated = prices.map((price) => ({ ...price, ...GEMINI_PRICES }));
  return { id, provider: 'gemini', traits: withKnown(DEFAULT_TRAITS.gemini, { prices: stated }) };
}

function withKnown(base: ModelTraits, { prices = [], contextTokens, imageTokens }: Known): ModelTraits {
  const capabilities: ModelCapabilities | undefined = base.capabilities && {
    ...base.capabilities,
    contextTokens: contextTokens ?? base.capabilities.contextTokens,
    imageTokens: imageTokens ?? base.capabilities.imageTokens,
  };
  return { ...base, prices, ...(capabilities && { capabilities }) };
}

/** A short and a long prompt's price: from SHORT_PROMPT tokens on input costs twice, output 1.5 times as much. */
function listSolPrices(statedOn: string, source: string): readonly ModelPrice[] {
  const stated = { statedOn, source };
  return [
    {
      inputUsd: 2,
      cachedInputUsd: 0.1,
      cacheWriteUsd: 2.5,
      outputUsd: 10,
      maxInputTokens: SHORT_PROMPT,
      ...stated,
    },
    { inputUsd: 4, cachedInputUsd: 0.2, cacheWriteUsd: 5, outputUsd: 15, ...stated },
  ];
}

/** As a page that names OpenAI's own states it: for short prompts; it leaves long ones out, so theirs is not known. */
function listShortPrice(inputUsd: number, outputUsd: number): readonly ModelPrice[] {
  return [
    {
      inputUsd,
      cachedInputUsd: inputUsd / 10,
      outputUsd,
      maxInputTokens: 270_000,
      statedOn: '2026-06-04',
      source: 'https://tokenmix.ai/blog/openai-api-cost-2026-gpt-5-5-5-4-nano-batch',
    },
  ];
}

/**
 * Models that are listed, the embedded one first; other ids of a provider work too. Prices only where a dated statement
 * could be read; where none could, they are empty and the cost is null until a price is configured.
 */
export const CATALOGUE: readonly CatalogueEntry[] = [
  { id: 'loupe/reference-match', provider: 'loupe', traits: DEFAULT_TRAITS.loupe },
  openai('gpt-6.2-sol', {
    contextTokens: 1_050_000,
    prices: listSolPrices('2026-11-22', 'https://developers.openai.com/api/docs/models/gpt-6.2-sol.md'),
  }),
  openai('gpt-6.1-sol', {
    contextTokens: 1_050_000,
    prices: listSolPrices('2026-10-01', 'https://github.com/KZCFG/AILSA-SubSwitch/releases/tag/v1.0.0-g'),
  }),
  openai('gpt-5.5', { prices: listShortPrice(5, 30) }),
  openai('gpt-5.4', { contextTokens: 1_050_000, prices: listShortPrice(2.5, 15) }),
  openai('gpt-5.4-mini', { contextTokens: 400_000, prices: listShortPrice(0.75, 4.5) }),
  openai('gpt-5-mini'),
  openai('gpt-4.1', {
    plain: true,
    prices: [
      {
        inputUsd: 2,
        outputUsd: 8,
        statedOn: '2026-06-21',
        source: 'https://tokenmath.io/openai-api-pricing-explained',
      },
    ],
  }),
  openai('gpt-4o', { plain: true, contextTokens: 128_000 }),
  gemini(
    'gemini-3.8-flash',
    { inputUsd: 0.75, outputUsd: 3.75, until: '2026-12-31' },
    { inputUsd: 1.5, outputUsd: 7.5 },
  ),
  gemini('gemini-3.5-flash', { inputUsd: 1.5, outputUsd: 9 }),
  gemini('gemini-3.5-flash-lite', { inputUsd: 0.3, outputUsd: 2.5 }),
  gemini(
    'gemini-3.1-pro-preview',
    { inputUsd: 2, outputUsd: 12, maxInputTokens: 200_000 },
    { inputUsd: 4, outputUsd: 18 },
  ),
];

/** OpenAI's models that do not think before they answer, by the start of their id. */
const PLAIN_ID = /^(?:gpt-4|chatgpt-4)/;

/** A model's entry: its own, or its provider's defaults under its id. Undefined when no provider knows such an id. */
export function describeModel(id: string): CatalogueEntry | undefined {
  const known = CATALOGUE.find((entry) => entry.id === id);
  if (known !== undefined) return known;
  const provider = findProvider(id);
  if (provider === undefined) return undefined;
  const providerId = readProviderId(id);
  const listed = CATALOGUE.find((entry) => entry.provider === provider && entry.id === providerId);
  if (listed !== undefined) return { ...listed, id };
  if (provider === 'openai') return { ...openai(providerId, { plain: PLAIN_ID.test(providerId) }), id };
  return { id, provider, traits: DEFAULT_TRAITS[provider] };
}

/** An id becomes part of a URL, so it holds nothing that could lead to another path. */
const ID = /^[\w.:/@+-]{1,200}$/;

/**
 * `gpt-…`, `chatgpt-…`, `o1…` to `o9…` and `openai/<any>` are OpenAI's; `azure/<deployment>` Azure's; `gemini-…`,
 * `gemini/<any>` and `vertex/<any>` Google's; `openai-compatible/<any>` a server of the customer's. Of Loupe's own only
 * those listed exist.
 */
function findProvider(id: string): Provider | undefined {
  if (!ID.test(id) || id.includes('..')) return undefined;
  if (/^openai-compatible\/./.test(id)) return 'openai-compatible';
  if (/^azure\/./.test(id)) return 'azure';
  if (/^vertex\/./.test(id)) return 'vertex';
  if (/^(?:openai\/.|gpt-|chatgpt-|o[1-9](?:-|$))/.test(id)) return 'openai';
  if (/^(?:gemini\/.|gemini-)/.test(id)) return 'gemini';
  return undefined;
}

/** The id as the provider knows it: without the prefix that names the provider. */
export function readProviderId(id: string): string {
  return id.replace(/^(?:openai-compatible|openai|azure|gemini|vertex)\//, '');
}

/** OpenAI's models that are served by Responses alone. */
export function needsResponses(id: string): boolean {
  return /^(?:gpt-\d[\w.]*|o\d)-pro(?:-|$)/.test(readProviderId(id));
}
