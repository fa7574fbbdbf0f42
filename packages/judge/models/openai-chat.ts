import type OpenAI from 'openai';
import { arrangeContent } from './arrange-content.ts';
import { type CallSetting, describeFailure } from './call.ts';
import { writeDataUrl } from './data-url.ts';
import { pick } from './failed-response.ts';
import { ModelError } from './model-error.ts';
import type { Parameter } from './negotiation.ts';
import { readTokens } from './openai-logprobs.ts';
import { readCount } from './usage-count.ts';
import type { ModelQuestion, ModelReply, TokenUsage } from './vision-model.ts';

/** How many other tokens are asked for at each place. */
export const TOP_LOGPROBS = 5;

const MAX_TOKENS: Parameter = {
  names: ['max_tokens'],
  write: ({ maxTokens }) => ({ max_tokens: maxTokens }),
  instead: 'REQUIRED',
};
const MAX_COMPLETION_TOKENS: Parameter = {
  names: ['max_completion_tokens'],
  write: ({ maxTokens }) => ({ max_completion_tokens: maxTokens }),
  instead: 'REQUIRED',
};

/** OpenAI's reasoning models refuse `max_tokens`, older servers `max_completion_tokens`; both bound the answer. */
export function listChatParameters(isCompatible: boolean): readonly Parameter[] {
  const limit = isCompatible
    ? { ...MAX_TOKENS, instead: MAX_COMPLETION_TOKENS }
    : { ...MAX_COMPLETION_TOKENS, instead: MAX_TOKENS };
  return [
    limit,
    {
      names: ['temperature'],
      write: ({ temperature }) => (temperature === undefined ? undefined : { temperature }),
    },
    {
      names: ['response_format', 'json_schema'],
      write: ({ schema }) => ({
        response_format: { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema } },
      }),
    },
    { names: ['seed'], write: ({ seed }) => (seed === undefined ? undefined : { seed }) },
    {
      names: ['logprobs', 'top_logprobs'],
      write: ({ logprobs }) => (logprobs ? { logprobs: true, top_logprobs: TOP_LOGPROBS } : undefined),
    },
  ];
}

export function writeMessages(question: ModelQuestion): OpenAI.ChatCompletionMessageParam[] {
  const content = arrangeContent<OpenAI.ChatCompletionContentPart>(question, 'TEXT_FIRST', {
    text: (text) => ({ type: 'text', text }),
    image: (image) => {
      const url = writeDataUrl(image);
      return { type: 'image_url', image_url: image.detail ? { url, detail: image.detail } : { url } };
    },
  });
  return [{ role: 'user', content }];
}

/** Reads with care: compatible servers leave out fields that the SDK's types promise. */
export function readCompletion(setting: CallSetting, completion: unknown): Omit<ModelReply, 'latencyMs'> {
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
  const tokens = readTokens(pick(choice, 'logprobs', 'content'));
  const common = {
    usage: readUsage(pick(completion, 'usage')),
    ...(typeof version === 'string' && version !== '' ? { modelVersion: version } : {}),
    ...(tokens && { tokens }),
  };
  if (typeof refusal === 'string' && refusal !== '')
    return { text: '', finish: 'refused', refusal, ...common };
  if (finishReason === 'content_filter') {
    return { text: '', finish: 'refused', refusal: 'The content filter withheld the answer.', ...common };
  }
  return {
    text: readText(content),
    finish: finishReason === 'length' ? 'truncated' : 'complete',
    ...common,
  };
}

/** A text, or those parts of a list that are text: servers of models that think put their thoughts beside it. */
function readText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = content.filter((part) => pick(part, 'type') === 'text').map((part) => pick(part, 'text'));
  return texts.filter((text) => typeof text === 'string').join('');
}

function describeRelayed(setting: CallSetting, body: unknown, error: unknown): ModelError {
  const code = Number(pick(error, 'code'));
  const status = code >= 400 && code < 600 ? code : 502;
  return describeFailure(setting, { status, headers: new Headers(), body, text: '' });
}

function readUsage(usage: unknown): TokenUsage | undefined {
  const inputTokens = pick(usage, 'prompt_tokens');
  const outputTokens = pick(usage, 'completion_tokens');
  if (typeof inputTokens !== 'number' || typeof outputTokens !== 'number') return undefined;
  return {
    inputTokens,
    outputTokens,
    ...readCount('cachedTokens', pick(usage, 'prompt_tokens_details', 'cached_tokens')),
    ...readCount('cacheWriteTokens', pick(usage, 'prompt_tokens_details', 'cache_write_tokens')),
    ...readCount('imageTokens', pick(usage, 'prompt_tokens_details', 'image_tokens')),
    ...readCount('reasoningTokens', pick(usage, 'completion_tokens_details', 'reasoning_tokens')),
  };
}
