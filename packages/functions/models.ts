import { createHash } from 'node:crypto';
import type { ModelDirectory, ModelEntry, PriceEntry } from '@loupe/graphql';
import {
  CATALOGUE,
  createModel,
  type Detect,
  describeModel,
  estimateTokens,
  findPrice,
  isConfigured,
  listBatchPrices,
  type ModelConfig,
  ModelError,
  type ModelPrice,
  type ModelTraits,
  type Provider,
  priceCall,
  type VisionModel,
} from '@loupe/judge';
import { config } from './environment.ts';
import { platform } from './platform.ts';

/** The detector brings sharp along, which only the judging function needs. */
export const detectLazily: Detect = async (query, references, signal, view) => {
  const { detectAnomalies, detectInCloud, detectInSeries } = await import('@loupe/vision/reference');
  const geometry = view?.geometry;
  if (geometry?.kind === 'TIME_SERIES' && geometry.windows) return detectInSeries(geometry);
  if (view && geometry?.kind === 'POINT_CLOUD' && geometry.departures) return detectInCloud(geometry, view);
  const { score, reasoning, regions, map } = await detectAnomalies(query, references, { signal });
  return { score, reasoning, regions, map: { width: map.width, height: map.height, values: map.data } };
};

const { openai, azure, gemini, vertex, prices } = config.providers;

/** What the environment configures; the embedded detector needs nothing. */
export const modelConfig: ModelConfig = {
  ...(openai.apiKey && {
    openai: { apiKey: openai.apiKey, api: openai.api, ...(openai.baseUrl && { baseUrl: openai.baseUrl }) },
  }),
  ...(openai.baseUrl && {
    openaiCompatible: { apiKey: openai.apiKey ?? '', baseUrl: openai.baseUrl, api: openai.api },
  }),
  ...(azure && {
    azure: {
      apiKey: azure.apiKey,
      baseUrl: azure.baseUrl,
      api: openai.api,
      ...(azure.apiVersion && { apiVersion: azure.apiVersion }),
    },
  }),
  ...(gemini.apiKey && {
    gemini: { apiKey: gemini.apiKey, ...(gemini.baseUrl && { baseUrl: gemini.baseUrl }) },
  }),
  ...(vertex && {
    vertex: {
      apiKey: vertex.apiKey,
      ...(vertex.baseUrl && { baseUrl: vertex.baseUrl }),
      ...(vertex.project && { project: vertex.project }),
      ...(vertex.location && { location: vertex.location }),
      ...(vertex.credentials && { credentials: vertex.credentials }),
    },
  }),
  prices: Object.fromEntries(
    Object.entries(prices).map(([id, price]): [string, ModelPrice[]] => [
      id,
      [{ ...withoutUndefined(price), statedOn: 'configured', source: 'LOUPE_MODEL_PRICES' }],
    ]),
  ),
  detect: detectLazily,
  clock: platform.clock,
};

function withoutUndefined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> };
}

const made = new Map<string, VisionModel>();

/**
 * The model of an id, made once: an adapter keeps its connections and what it learned of its server.
 * @throws ModelError MODEL_UNKNOWN, MODEL_NOT_CONFIGURED
 */
export function findVisionModel(id: string): VisionModel {
  const known = made.get(id);
  if (known) return known;
  const model = createModel(id, modelConfig);
  made.set(id, model);
  return model;
}

/** Which limits of a provider a model's calls count against: those of its credential and model. No secret is in it. */
export function findPaceKey(model: VisionModel): string {
  const credentials: Readonly<Record<string, unknown>> = {
    openai: modelConfig.openai,
    azure: modelConfig.azure,
    gemini: modelConfig.gemini,
    vertex: modelConfig.vertex,
    'openai-compatible': modelConfig.openaiCompatible,
  } satisfies Readonly<Record<Exclude<Provider, 'loupe'>, unknown>>;
  return renderPaceKey(model, JSON.stringify([model.provider, credentials[model.provider], model.id]));
}

/** The model, for whoever operates the service to read, and a digest of what else tells its limits from others. */
export function renderPaceKey(model: VisionModel, owner: string): string {
  return `${model.id}:${createHash('sha256').update(owner).digest('hex').slice(0, 32)}`;
}

/** The models this deployment offers. */
export const modelDirectory: ModelDirectory = {
  list: () =>
    CATALOGUE.map(({ id, provider }) => ({
      ...describeEntry(id),
      provider,
      available: isConfigured(provider, modelConfig),
    })),
  find: findModel,
  price: priceQuestion,
};

/** Characters of a prompt with a long normality text; what they cost is little beside the pictures. */
const PROMPT_CHARACTERS = 2000;

/** What is known of a model, whoever has a key for it: with the prices that are configured here, where it can be made. */
export function findTraits(name: string): ModelTraits | undefined {
  try {
    return findVisionModel(name).traits;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return describeModel(name)?.traits;
  }
}

function priceQuestion(...[name, { images }, mode]: Parameters<ModelDirectory['price']>): number | null {
  const traits = findTraits(name);
  if (!traits) return null;
  const question = {
    text: ' '.repeat(PROMPT_CHARACTERS),
    images: images.map((size) => ({
      ...size,
      role: 'query' as const,
      view: 0,
      mediaType: 'image/jpeg' as const,
      bytes: new Uint8Array(),
    })),
    maxTokens: traits.maxTokens,
    schema: {},
  };
  const prices = mode === 'ECONOMY' ? listBatchPrices(traits.prices) : traits.prices;
  return priceCall(prices, estimateTokens(traits, question), platform.clock());
}

function findModel(name: string): ModelEntry {
  const entry = { ...describeEntry(name), provider: describeModel(name)?.provider ?? 'unknown' };
  try {
    findVisionModel(name);
    return { ...entry, available: true };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { ...entry, available: false, reason: error.message };
  }
}

/** What is known of a model whoever has a key for it. */
function describeEntry(name: string): Omit<ModelEntry, 'provider' | 'available' | 'reason'> {
  const { prices = [], capabilities } = findTraits(name) ?? {};
  const price = findPrice(prices, 0, platform.clock());
  const { contextTokens, logprobs, structuredOutput } = capabilities ?? {};
  return {
    name,
    batches: takesBatches(name),
    ...(contextTokens != null && { contextTokens }),
    ...(logprobs != null && { logprobs }),
    ...(structuredOutput != null && { structuredOutput }),
    ...(price && { price: describePrice(price) }),
  };
}

function describePrice({ inputUsd, cachedInputUsd, outputUsd, ...price }: ModelPrice): PriceEntry {
  return {
    inputMicroUsd: inputUsd * 1e6,
    ...(cachedInputUsd !== undefined && { cachedInputMicroUsd: cachedInputUsd * 1e6 }),
    outputMicroUsd: outputUsd * 1e6,
    statedOn: price.statedOn,
    source: price.source,
  };
}

function takesBatches(name: string): boolean {
  return describeModel(name)?.traits.capabilities?.batch === true;
}
