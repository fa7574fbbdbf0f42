import type OpenAI from 'openai';
import { type CallSetting, callProvider, describeFailure } from './call.ts';
import { pick } from './failed-response.ts';
import { ModelError } from './model-error.ts';
import { describeOpenAiFailure } from './openai-failure.ts';
import { createNegotiation, type Negotiation } from './openai-negotiation.ts';
import type {
  Clock,
  ModelImage,
  ModelQuestion,
  ModelReply,
  ModelTraits,
  TokenUsage,
  VisionModel,
} from './vision-model.ts';

export interface OpenAiOptions {
  /** Loupe's id of the model. */
  readonly id: string;
  /** The provider's id of the model. */
  readonly model: string;
  readonly provider: string;
  readonly apiKey: string;
  /** Base of an OpenAI-compatible API, e.g. `http://127.0.0.1:8000/v1`. */
  readonly baseUrl?: string;
  readonly timeoutMs: number;
  readonly traits: ModelTraits;
  readonly clock: Clock;
}

const OPENAI_URL = 'https://api.openai.com/v1';

/**
 * A model behind OpenAI's Chat Completions, or any server that speaks them. Content in the order of arXiv 2403.11083:
 * text, references, query. Parameters a model refuses are dropped and stay dropped for the life of the adapter.
 */
export function createOpenAiModel(options: OpenAiOptions): VisionModel {
  const setting: CallSetting = {
    provider: options.provider,
    apiKey: options.apiKey,
    timeoutMs: options.timeoutMs,
    clock: options.clock,
    read: describeOpenAiFailure,
  };
  const negotiation = createNegotiation(
    options.baseUrl === undefined ? 'max_completion_tokens' : 'max_tokens',
  );
  let client: Promise<OpenAI> | undefined;

  async function ask(question: ModelQuestion, signal: AbortSignal): Promise<ModelReply> {
    client ??= createClient(options);
    const sdk = await client;
    const start = options.clock();
    const completion = await complete(
      sdk,
      setting,
      negotiation,
      writeMessage(options.model, question),
      question,
      signal,
    );
    return { ...readCompletion(setting, completion), latencyMs: options.clock() - start };
  }
  return { id: options.id, provider: options.provider, traits: options.traits, ask };
}

/** Every setting the SDK would otherwise take from the environment is given, so that no host's key or URL leaks in. */
async function createClient(options: OpenAiOptions): Promise<OpenAI> {
  const { default: Client } = await import('openai');
  return new Client({
    apiKey: options.apiKey,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: options.baseUrl ?? OPENAI_URL,
    // Ours ends the call with its body; the SDK's own timer stops at the headers.
    timeout: options.timeoutMs * 2,
    maxRetries: 0,
    logLevel: 'off',
  });
}

async function complete(
  client: OpenAI,
  setting: CallSetting,
  negotiation: Negotiation,
  message: { model: string; messages: OpenAI.ChatCompletionMessageParam[] },
  question: ModelQuestion,
  signal: AbortSignal,
): Promise<unknown> {
  for (;;) {
    const parameters = negotiation.write(question);
    try {
      return await callProvider(setting, signal, (fetchOnce, within) =>
        client
          .withOptions({ fetch: fetchOnce })
          .chat.completions.create({ ...message, ...parameters }, { signal: within }),
      );
    } catch (error) {
      if (!(error instanceof ModelError && negotiation.adapt(parameters, error))) throw error;
    }
  }
}

function writeMessage(
  model: string,
  question: ModelQuestion,
): { model: string; messages: OpenAI.ChatCompletionMessageParam[] } {
  const content: OpenAI.ChatCompletionContentPart[] = [
    { type: 'text', text: question.text },
    ...question.images.map(
      (image) => ({ type: 'image_url', image_url: { url: writeDataUrl(image) } }) as const,
    ),
  ];
  return { model, messages: [{ role: 'user', content }] };
}

function writeDataUrl(image: ModelImage): string {
  const { buffer, byteOffset, byteLength } = image.bytes;
  return `data:${image.mediaType};base64,${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}`;
}

/** Reads with care: compatible servers leave out fields that the SDK's types promise. */
function readCompletion(setting: CallSetting, completion: unknown): Omit<ModelReply, 'latencyMs'> {
  const error = pick(completion, 'error');
  // Routers report a failure of the server behind them with status 200.
  if (error !== undefined && error !== null) throw describeRelayed(setting, completion, error);
  const choice = pick(completion, 'choices', '0');
  if (choice === undefined) {
    throw new ModelError('BAD_RESPONSE', `${setting.provider} sent a response without choices.`);
  }
  const content = pick(choice, 'message', 'content');
  const refusal = pick(choice, 'message', 'refusal');
  const finishReason = pick(choice, 'finish_reason');
  const version = pick(completion, 'model');
  const common = {
    usage: readUsage(pick(completion, 'usage')),
    ...(typeof version === 'string' && version !== '' ? { modelVersion: version } : {}),
  };
  if (typeof refusal === 'string' && refusal !== '')
    return { text: '', finish: 'refused', refusal, ...common };
  if (finishReason === 'content_filter') {
    return { text: '', finish: 'refused', refusal: 'The content filter withheld the answer.', ...common };
  }
  return {
    text: typeof content === 'string' ? content : '',
    finish: finishReason === 'length' ? 'truncated' : 'complete',
    ...common,
  };
}

function describeRelayed(setting: CallSetting, body: unknown, error: unknown): ModelError {
  const code = Number(pick(error, 'code'));
  const status = code >= 400 && code < 600 ? code : 502;
  return describeFailure(setting, { status, headers: new Headers(), body, text: '' });
}

function readUsage(usage: unknown): TokenUsage | undefined {
  const inputTokens = pick(usage, 'prompt_tokens');
  const outputTokens = pick(usage, 'completion_tokens');
  return typeof inputTokens === 'number' && typeof outputTokens === 'number'
    ? { inputTokens, outputTokens }
    : undefined;
}
