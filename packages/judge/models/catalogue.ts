import type { ModelPrice, ModelTraits } from './vision-model.ts';

export type Provider = 'loupe' | 'openai' | 'gemini' | 'openai-compatible';

/** A model as data. */
export interface CatalogueEntry {
  readonly id: string;
  readonly provider: Provider;
  readonly traits: ModelTraits;
}

/** arXiv 2403.11083 asks GPT-4V for at most 300 tokens. */
const PAPER_TOKENS = 300;
/** Thinking counts against the limit; 300 tokens of it leave no answer. */
const THINKING_TOKENS = 4096;

const GEMINI_PRICES = {
  statedOn: '2026-10-07',
  source: 'https://ai.google.dev/gemini-api/docs/pricing',
} as const;

/** What every model of a provider has unless its entry says otherwise. */
const DEFAULTS: Record<Provider, ModelTraits> = {
  // Runs in the service itself: no provider charges for it.
  loupe: {
    imagesPerCall: null,
    maxTokens: PAPER_TOKENS,
    prices: [{ inputUsd: 0, outputUsd: 0, statedOn: '2026-11-01', source: 'embedded' }],
    comparesReferences: true,
  },
  openai: { imagesPerCall: null, maxTokens: THINKING_TOKENS, prices: [], comparesReferences: false },
  gemini: { imagesPerCall: null, maxTokens: THINKING_TOKENS, prices: [], comparesReferences: false },
  'openai-compatible': {
    imagesPerCall: null,
    maxTokens: PAPER_TOKENS,
    prices: [],
    comparesReferences: false,
  },
};

function gemini(id: string, ...prices: readonly Omit<ModelPrice, 'statedOn' | 'source'>[]): CatalogueEntry {
  const stated = prices.map((price) => ({ ...price, ...GEMINI_PRICES }));
  return { id, provider: 'gemini', traits: { ...DEFAULTS.gemini, prices: stated } };
}

function openai(id: string, traits: Partial<ModelTraits> = {}): CatalogueEntry {
  return { id, provider: 'openai', traits: { ...DEFAULTS.openai, ...traits } };
}

/**
 * Models that are listed, the embedded one first; other ids of a provider work too. Prices only where the provider's
 * own statement could be read, with its date; OpenAI's could not, so theirs are empty and their cost is null until a
 * price is configured. How many pictures a call may hold is not known of any of them.
 */
export const CATALOGUE: readonly CatalogueEntry[] = [
  { id: 'loupe/reference-match', provider: 'loupe', traits: DEFAULTS.loupe },
  openai('gpt-6.1-sol'),
  openai('gpt-5.5'),
  openai('gpt-5.4'),
  openai('gpt-5.4-mini'),
  openai('gpt-5-mini'),
  openai('gpt-4.1', { maxTokens: PAPER_TOKENS }),
  openai('gpt-4o', { maxTokens: PAPER_TOKENS }),
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
const PLAIN_OPENAI = /^(?:gpt-4|chatgpt-4)/;

/** A model's entry: its own, or its provider's defaults under its id. Undefined when no provider knows such an id. */
export function describeModel(id: string): CatalogueEntry | undefined {
  const known = CATALOGUE.find((entry) => entry.id === id);
  if (known !== undefined) return known;
  const provider = findProvider(id);
  if (provider === undefined) return undefined;
  const listed = CATALOGUE.find((entry) => entry.provider === provider && entry.id === readProviderId(id));
  if (listed !== undefined) return { ...listed, id };
  const isPlain = provider === 'openai' && PLAIN_OPENAI.test(readProviderId(id));
  return { id, provider, traits: { ...DEFAULTS[provider], ...(isPlain ? { maxTokens: PAPER_TOKENS } : {}) } };
}

/** An id becomes part of a URL, so it holds nothing that could lead to another path. */
const ID = /^[\w.:/@+-]{1,200}$/;

/**
 * `gpt-…`, `chatgpt-…`, `o1…` to `o9…` and `openai/<any>` are OpenAI's; `gemini-…`, `gemini/<any>` Google's;
 * `openai-compatible/<any>` a server of the customer's. Of Loupe's own only those listed exist.
 */
function findProvider(id: string): Provider | undefined {
  if (!ID.test(id) || id.includes('..')) return undefined;
  if (/^openai-compatible\/./.test(id)) return 'openai-compatible';
  if (/^(?:openai\/.|gpt-|chatgpt-|o[1-9](?:-|$))/.test(id)) return 'openai';
  if (/^(?:gemini\/.|gemini-)/.test(id)) return 'gemini';
  return undefined;
}

/** The id as the provider knows it: without the prefix that names the provider. */
export function readProviderId(id: string): string {
  return id.replace(/^(?:openai-compatible|openai|gemini)\//, '');
}
