import type { ModelDirectory, ModelEntry } from '@loupe/graphql';
import {
  CATALOGUE,
  createModel,
  type Detect,
  describeModel,
  estimateTokens,
  isConfigured,
  type ModelConfig,
  ModelError,
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

/** What the environment configures; the embedded detector needs nothing. */
const modelConfig: ModelConfig = {
  ...(config.openai.apiKey && {
    openai: {
      apiKey: config.openai.apiKey,
      ...(config.openai.baseUrl && { baseUrl: config.openai.baseUrl }),
    },
  }),
  ...(config.openai.baseUrl && {
    openaiCompatible: { apiKey: config.openai.apiKey ?? '', baseUrl: config.openai.baseUrl },
  }),
  ...(config.gemini.apiKey && {
    gemini: {
      apiKey: config.gemini.apiKey,
      ...(config.gemini.baseUrl && { baseUrl: config.gemini.baseUrl }),
    },
  }),
  detect: detectLazily,
  clock: platform.clock,
};

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

/** The models this deployment offers. */
export const modelDirectory: ModelDirectory = {
  list: () =>
    CATALOGUE.map(({ id, provider }) => ({
      name: id,
      provider,
      available: isConfigured(provider, modelConfig),
    })),
  find: findModel,
  price: priceQuestion,
};

/** Characters of a prompt with a long normality text; what they cost is little beside the pictures. */
const PROMPT_CHARACTERS = 2000;

function priceQuestion(name: string, { images }: Parameters<ModelDirectory['price']>[1]): number | null {
  const traits = describeModel(name)?.traits;
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
  return priceCall(traits.prices, estimateTokens(traits, question), platform.clock());
}

function findModel(name: string): ModelEntry {
  const provider = describeModel(name)?.provider ?? 'unknown';
  try {
    findVisionModel(name);
    return { name, provider, available: true };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { name, provider, available: false, reason: error.message };
  }
}
