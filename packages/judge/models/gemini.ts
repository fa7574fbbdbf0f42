import type { GenerateContentConfig, GoogleGenAI, Part } from '@google/genai';
import { type CallSetting, callProvider } from './call.ts';
import { pick } from './failed-response.ts';
import { describeGeminiFailure } from './gemini-failure.ts';
import { ModelError } from './model-error.ts';
import type {
  Clock,
  ModelQuestion,
  ModelReply,
  ModelTraits,
  TokenUsage,
  VisionModel,
} from './vision-model.ts';

export interface GeminiOptions {
  /** Loupe's id of the model. */
  readonly id: string;
  /** The provider's id of the model. */
  readonly model: string;
  readonly apiKey: string;
  /** Base of the Gemini API without its version, e.g. `https://generativelanguage.googleapis.com`. */
  readonly baseUrl?: string;
  readonly timeoutMs: number;
  readonly traits: ModelTraits;
  readonly clock: Clock;
}

const GEMINI_URL = 'https://generativelanguage.googleapis.com';
const API_VERSION = 'v1beta';

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

/** A model of the Gemini API. Content in the order of arXiv 2403.11083: references, query, text; temperature 0.4. */
export function createGeminiModel(options: GeminiOptions): VisionModel {
  const setting: CallSetting = {
    provider: 'gemini',
    apiKey: options.apiKey,
    timeoutMs: options.timeoutMs,
    clock: options.clock,
    read: describeGeminiFailure,
  };
  let client: Promise<GoogleGenAI> | undefined;
  let takesSchema = true;

  async function ask(question: ModelQuestion, signal: AbortSignal): Promise<ModelReply> {
    client ??= createClient(options);
    const sdk = await client;
    const start = options.clock();
    const withSchema = takesSchema;
    try {
      const response = await generate(sdk, question, withSchema, signal);
      return { ...readResponse(response), latencyMs: options.clock() - start };
    } catch (error) {
      if (!(withSchema && isAboutSchema(error))) throw error;
      takesSchema = false;
      const response = await generate(sdk, question, false, signal);
      return { ...readResponse(response), latencyMs: options.clock() - start };
    }
  }

  function generate(sdk: GoogleGenAI, question: ModelQuestion, withSchema: boolean, signal: AbortSignal) {
    return callProvider<unknown>(setting, signal, (fetchOnce, within) =>
      sdk.models.generateContent({
        model: options.model,
        contents: [{ role: 'user', parts: writeParts(question) }],
        config: {
          ...writeConfig(question, withSchema),
          abortSignal: within,
          httpOptions: { fetch: fetchOnce },
        },
      }),
    );
  }
  return { id: options.id, provider: 'gemini', traits: options.traits, ask };
}

/** Every setting the SDK would otherwise take from the environment is given, so that no host's key or URL leaks in. */
async function createClient(options: GeminiOptions): Promise<GoogleGenAI> {
  const { GoogleGenAI: Client } = await import('@google/genai');
  return new Client({
    apiKey: options.apiKey,
    enterprise: false,
    apiVersion: API_VERSION,
    // No `retryOptions`: without them the SDK sends a request once.
    httpOptions: { baseUrl: options.baseUrl ?? GEMINI_URL },
  });
}

function writeParts(question: ModelQuestion): Part[] {
  const images = question.images.map(({ mediaType, bytes }) => {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    return { inlineData: { mimeType: mediaType, data } };
  });
  return [...images, { text: question.text }];
}

function writeConfig(question: ModelQuestion, withSchema: boolean): GenerateContentConfig {
  return {
    maxOutputTokens: question.maxTokens,
    temperature: question.temperature ?? TEMPERATURE,
    // The SDK would otherwise send further, billed requests to continue a long answer.
    automaticContinuation: false,
    ...(withSchema ? { responseMimeType: 'application/json', responseJsonSchema: question.schema } : {}),
  };
}

function isAboutSchema(error: unknown): boolean {
  return (
    error instanceof ModelError &&
    error.code === 'BAD_REQUEST' &&
    /response_?(?:json_?)?schema|response_?mime_?type|json mode/i.test(error.message)
  );
}

function readResponse(response: unknown): Omit<ModelReply, 'latencyMs'> {
  const version = pick(response, 'modelVersion');
  const common = {
    usage: readUsage(pick(response, 'usageMetadata')),
    ...(typeof version === 'string' && version !== '' ? { modelVersion: version } : {}),
  };
  const blockReason = pick(response, 'promptFeedback', 'blockReason');
  if (typeof blockReason === 'string') {
    return { text: '', finish: 'refused', refusal: `The prompt was blocked: ${blockReason}.`, ...common };
  }
  const candidate = pick(response, 'candidates', '0');
  if (candidate === undefined)
    throw new ModelError('BAD_RESPONSE', 'gemini sent a response without candidates.');
  const finishReason = pick(candidate, 'finishReason');
  if (WITHHELD.has(finishReason)) {
    return { text: '', finish: 'refused', refusal: `The answer was withheld: ${finishReason}.`, ...common };
  }
  return {
    text: readText(candidate),
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

/** Thoughts are billed as output (`candidatesTokenCount` does not hold them). */
function readUsage(usage: unknown): TokenUsage | undefined {
  const inputTokens = pick(usage, 'promptTokenCount');
  if (typeof inputTokens !== 'number') return undefined;
  const written = [pick(usage, 'candidatesTokenCount'), pick(usage, 'thoughtsTokenCount')];
  const outputTokens = written.reduce<number>(
    (sum, count) => sum + (typeof count === 'number' ? count : 0),
    0,
  );
  return { inputTokens, outputTokens };
}
