import type { GoogleGenAI, Part, PartMediaResolutionLevel } from '@google/genai';
import { createGeminiBatches, type GeminiClient } from '../batch/gemini-batches.ts';
import { arrangeContent } from './arrange-content.ts';
import type { CallSetting } from './call.ts';
import { writeBase64 } from './data-url.ts';
import { pick } from './failed-response.ts';
import { describeGeminiFailure } from './gemini-failure.ts';
import { readGeminiTokens, readGeminiUsage } from './gemini-figures.ts';
import { ModelError } from './model-error.ts';
import type { Parameter } from './negotiation.ts';
import { createProviderModel } from './provider-model.ts';
import type {
  Clock,
  ImageDetail,
  ModelQuestion,
  ModelReply,
  ModelTraits,
  VisionModel,
} from './vision-model.ts';

export interface GeminiOptions {
  /** Loupe's id of the model. */
  readonly id: string;
  /** The provider's id of the model. */
  readonly model: string;
  /** May be empty on Vertex, where credentials can take its place. */
  readonly apiKey: string;
  /** Set for Vertex AI instead of the Gemini API. */
  readonly vertex?: VertexPlace;
  /** Base of the API without its version, e.g. `https://generativelanguage.googleapis.com`. */
  readonly baseUrl?: string;
  readonly timeoutMs: number;
  readonly traits: ModelTraits;
  readonly clock: Clock;
}

/** Whose quota is used, and where the model runs. */
export interface VertexPlace {
  readonly project?: string;
  /** Default `global`. */
  readonly location?: string;
  /** A service account's key file or a workload identity configuration, parsed. Absent means the host's own. */
  readonly credentials?: Readonly<Record<string, unknown>>;
}

const GEMINI_URL = 'https://generativelanguage.googleapis.com';
const GEMINI_VERSION = 'v1beta';
const VERTEX_VERSION = 'v1';
const VERTEX_LOCATION = 'global';
/** How many other tokens are asked for at each place. */
const TOP_LOGPROBS = 5;

/** As in the code of arXiv 2403.11083. */
const TEMPERATURE = 0.4;

/** Finish reasons with which the provider withholds an answer. */
const WITHHELD: ReadonlySet<unknown> = new Set([
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
]);
const CUT_OFF: ReadonlySet<unknown> = new Set(['MAX_TOKENS', 'CONTINUATION']);

/** A model of the Gemini API or of Vertex AI. Content in the order of arXiv 2403.11083: references, query, text; temperature 0.4. */
export function createGeminiModel(options: GeminiOptions): VisionModel {
  const { id, traits, model, apiKey, timeoutMs, clock } = options;
  const provider = options.vertex === undefined ? 'gemini' : 'vertex';
  const setting: CallSetting = { provider, apiKey, timeoutMs, clock, read: describeGeminiFailure };
  return createProviderModel<GoogleGenAI, GeminiClient>({
    id,
    traits,
    setting,
    parameters: PARAMETERS,
    connect: () => createClient(options),
    send: (sdk, question, call) =>
      sdk.models.generateContent({
        model,
        contents: [{ role: 'user', parts: writeParts(question) }],
        config: {
          ...call.parameters,
          // The SDK would otherwise send further, billed requests to continue a long answer.
          automaticContinuation: false,
          abortSignal: call.signal,
          httpOptions: { fetch: call.fetch },
        },
      }),
    read: readResponse,
    // Vertex AI's batches read from and write to buckets of Google's.
    batches:
      options.vertex === undefined
        ? createGeminiBatches({
            setting,
            model,
            baseUrl: options.baseUrl ?? GEMINI_URL,
            version: GEMINI_VERSION,
            open: async (fetchOnce) => ({ sdk: await createClient(options, fetchOnce), fetch: fetchOnce }),
            writeParts,
            readBody: readResponse,
          })
        : undefined,
  });
}

/** Every setting the SDK would otherwise take from the environment is given, so that no host's key or URL leaks in. */
async function createClient(options: GeminiOptions, fetchOnce?: typeof fetch): Promise<GoogleGenAI> {
  const { GoogleGenAI: Client } = await import('@google/genai');
  // No `retryOptions`: without them the SDK sends a request once.
  if (options.vertex === undefined) {
    return new Client({
      apiKey: options.apiKey,
      enterprise: false,
      apiVersion: GEMINI_VERSION,
      httpOptions: { baseUrl: options.baseUrl ?? GEMINI_URL, ...(fetchOnce && { fetch: fetchOnce }) },
    });
  }
  const { project, location, credentials } = options.vertex;
  const baseUrl = options.baseUrl;
  return new Client({
    enterprise: true,
    apiVersion: VERTEX_VERSION,
    // A key works without a project (express mode); otherwise credentials say who asks, for which project and place.
    ...(options.apiKey !== ''
      ? { apiKey: options.apiKey }
      : {
          ...(project !== undefined && { project }),
          location: location ?? VERTEX_LOCATION,
          ...(credentials && { googleAuthOptions: { credentials, ...(project && { projectId: project }) } }),
        }),
    ...(baseUrl !== undefined && { httpOptions: { baseUrl } }),
  });
}

const RESOLUTIONS: Readonly<Record<ImageDetail, PartMediaResolutionLevel | undefined>> = {
  auto: undefined,
  low: 'MEDIA_RESOLUTION_LOW' as PartMediaResolutionLevel,
  high: 'MEDIA_RESOLUTION_HIGH' as PartMediaResolutionLevel,
  original: 'MEDIA_RESOLUTION_ULTRA_HIGH' as PartMediaResolutionLevel,
};

function writeParts(question: ModelQuestion): Part[] {
  return arrangeContent<Part>(question, 'TEXT_LAST', {
    text: (text) => ({ text }),
    image: (image) => {
      const level = RESOLUTIONS[image.detail ?? 'auto'];
      const inlineData = { mimeType: image.mediaType, data: writeBase64(image) };
      return level === undefined ? { inlineData } : { inlineData, mediaResolution: { level } };
    },
  });
}

/** In the words of its errors: field names in either case, and "JSON mode is not enabled for this model". */
const PARAMETERS: readonly Parameter[] = [
  {
    names: ['maxoutputtokens', 'max_output_tokens'],
    write: ({ maxTokens }) => ({ maxOutputTokens: maxTokens }),
    instead: 'REQUIRED',
  },
  {
    names: ['temperature'],
    write: ({ temperature }) => ({ temperature: temperature ?? TEMPERATURE }),
  },
  {
    names: [
      'responsejsonschema',
      'response_json_schema',
      'response_schema',
      'responseschema',
      'response_mime_type',
      'responsemimetype',
      'response schema',
      'json mode',
    ],
    write: ({ schema }) => ({ responseMimeType: 'application/json', responseJsonSchema: schema }),
  },
  { names: ['seed'], write: ({ seed }) => (seed === undefined ? undefined : { seed }) },
  {
    names: ['responselogprobs', 'response_logprobs', 'logprobs'],
    write: ({ logprobs }) => (logprobs ? { responseLogprobs: true, logprobs: TOP_LOGPROBS } : undefined),
  },
];

function readResponse(response: unknown): Omit<ModelReply, 'latencyMs'> {
  const version = pick(response, 'modelVersion');
  const common = {
    usage: readGeminiUsage(pick(response, 'usageMetadata')),
    ...(typeof version === 'string' && version !== '' ? { modelVersion: version } : {}),
  };
  const blockReason = pick(response, 'promptFeedback', 'blockReason');
  if (typeof blockReason === 'string') {
    return { text: '', finish: 'refused', refusal: `The prompt was blocked: ${blockReason}.`, ...common };
  }
  const candidate = pick(response, 'candidates', '0');
  if (candidate === undefined)
    throw new ModelError('BAD_RESPONSE', 'The provider sent a response without candidates.');
  const finishReason = pick(candidate, 'finishReason');
  if (WITHHELD.has(finishReason)) {
    return { text: '', finish: 'refused', refusal: `The answer was withheld: ${finishReason}.`, ...common };
  }
  const tokens = readGeminiTokens(pick(candidate, 'logprobsResult'));
  return {
    text: readText(candidate),
    ...(tokens && { tokens }),
    finish: CUT_OFF.has(finishReason) ? 'truncated' : 'complete',
    ...common,
  };
}

/** All text but thoughts; the SDK's own getter writes warnings to the console. */
function readText(candidate: unknown): string {
  const parts = pick(candidate, 'content', 'parts');
  if (!Array.isArray(parts)) return '';
  return parts
    .filter((part) => pick(part, 'thought') !== true)
    .map((part) => pick(part, 'text'))
    .filter((text) => typeof text === 'string')
    .join('');
}
