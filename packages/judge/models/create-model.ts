import { type CatalogueEntry, describeModel, needsResponses, readProviderId } from './catalogue.ts';
import type { Provider } from './default-traits.ts';
import { createGeminiModel, type VertexPlace } from './gemini.ts';
import { ModelError } from './model-error.ts';
import { createOpenAiModel, type OpenAiApi } from './openai.ts';
import { createReferenceMatch, type Detect } from './reference-match.ts';
import type { Clock, ModelPrice, VisionModel } from './vision-model.ts';

export interface ProviderConfig {
  readonly apiKey: string;
  /** Another server that speaks the provider's protocol. */
  readonly baseUrl?: string;
}

/** What makes models usable here. A provider that is absent is not configured. */
export interface ModelConfig {
  readonly openai?: ProviderConfig & { readonly api?: OpenAiApi };
  /** Azure OpenAI: `baseUrl` is the resource's address; models are deployments. */
  readonly azure?: ProviderConfig & {
    readonly baseUrl: string;
    /** Default: the `/openai/v1` API, which has no versions. */
    readonly apiVersion?: string;
    readonly api?: OpenAiApi;
  };
  readonly gemini?: ProviderConfig;
  /** Vertex AI: a key, or an empty one and credentials. */
  readonly vertex?: ProviderConfig & VertexPlace;
  /** A server that speaks OpenAI's protocol (vLLM, Ollama, llama.cpp, a router); an empty key is allowed. */
  readonly openaiCompatible?: ProviderConfig & { readonly baseUrl: string; readonly api?: OpenAiApi };
  /** The embedded detector. */
  readonly detect?: Detect;
  /** Longest wait for one answer, in ms; default 120,000. */
  readonly timeoutMs?: number;
  /** Prices of one's own by model id; they stand before the catalogue's. */
  readonly prices?: Readonly<Record<string, readonly ModelPrice[]>>;
  /** Most pictures of one call by model id, e.g. what a vLLM server was started with. */
  readonly imagesPerCall?: Readonly<Record<string, number>>;
  readonly clock: Clock;
}

const TIMEOUT_MS = 120_000;

/** vLLM and others without a key still want the header, and the SDK wants a key. */
const NO_KEY = 'none';

/** Whether a provider can be used with this configuration. */
export function isConfigured(provider: Provider, config: ModelConfig): boolean {
  switch (provider) {
    case 'loupe':
      return config.detect !== undefined;
    case 'openai':
      return hasKey(config.openai);
    case 'azure':
      return hasKey(config.azure);
    case 'gemini':
      return hasKey(config.gemini);
    case 'vertex':
      return hasKey(config.vertex) || config.vertex?.credentials !== undefined;
    case 'openai-compatible':
      return config.openaiCompatible !== undefined;
  }
}

/**
 * Makes the model of an id. No SDK is loaded and nothing is sent before it is asked.
 *
 * @throws ModelError MODEL_UNKNOWN when no provider has such ids, MODEL_NOT_CONFIGURED when its provider has no key.
 */
export function createModel(id: string, config: ModelConfig): VisionModel {
  const entry = describeModel(id);
  if (entry === undefined) {
    throw new ModelError(
      'MODEL_UNKNOWN',
      `There is no model "${id.slice(0, 100)}". Use loupe/reference-match, an id of OpenAI's (gpt-…, o…, openai/…) or ` +
        `Gemini's (gemini-…), azure/<deployment>, vertex/<model>, or openai-compatible/<model> for a server of your own.`,
    );
  }
  if (!isConfigured(entry.provider, config)) {
    throw new ModelError(
      'MODEL_NOT_CONFIGURED',
      `The model "${id}" needs the provider "${entry.provider}", which has no key here. Configure it, or use ` +
        'loupe/reference-match, which needs none.',
    );
  }
  return build(withOverrides(entry, config), config);
}

function withOverrides(entry: CatalogueEntry, config: ModelConfig): CatalogueEntry {
  const prices = config.prices?.[entry.id] ?? [];
  const imagesPerCall = config.imagesPerCall?.[entry.id] ?? entry.traits.imagesPerCall;
  return {
    ...entry,
    traits: { ...entry.traits, imagesPerCall, prices: [...prices, ...entry.traits.prices] },
  };
}

function build({ id, provider, traits }: CatalogueEntry, config: ModelConfig): VisionModel {
  const { clock, detect, timeoutMs = TIMEOUT_MS } = config;
  const common = { id, model: readProviderId(id), traits, clock, timeoutMs };
  if (provider === 'loupe' && detect !== undefined)
    return createReferenceMatch({ id, detect, traits, clock });
  if (provider === 'gemini' && config.gemini !== undefined)
    return createGeminiModel({ ...common, ...config.gemini });
  if (provider === 'vertex' && config.vertex !== undefined) {
    const { apiKey, baseUrl, ...vertex } = config.vertex;
    return createGeminiModel({ ...common, apiKey, ...(baseUrl !== undefined && { baseUrl }), vertex });
  }
  const server = listOpenAiServers(config)[provider];
  const api = needsResponses(id) ? 'RESPONSES' : server?.api;
  return createOpenAiModel({
    ...common,
    provider,
    apiKey: server?.apiKey || NO_KEY,
    ...(server?.baseUrl !== undefined && { baseUrl: server.baseUrl }),
    ...(server?.azure !== undefined && { azure: server.azure }),
    ...(api !== undefined && { api }),
  });
}

type Server = ProviderConfig & {
  readonly api?: OpenAiApi;
  readonly azure?: { readonly apiVersion?: string };
};

function listOpenAiServers(config: ModelConfig): { readonly [provider: string]: Server | undefined } {
  const { openai, azure, openaiCompatible } = config;
  const apiVersion = azure?.apiVersion;
  return {
    openai,
    azure: azure && { ...azure, azure: apiVersion === undefined ? {} : { apiVersion } },
    'openai-compatible': openaiCompatible,
  };
}

function hasKey(provider: ProviderConfig | undefined): boolean {
  return provider !== undefined && provider.apiKey !== '';
}
