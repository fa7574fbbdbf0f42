import type OpenAI from 'openai';
import { arrangeContent } from './arrange-content.ts';
import { type CallSetting, describeFailure } from './call.ts';
import { writeDataUrl } from './data-url.ts';
import { pick } from './failed-response.ts';
import { ModelError } from './model-error.ts';
import type { Parameter } from './negotiation.ts';
import { TOP_LOGPROBS } from './openai-chat.ts';
import { readTokens } from './openai-logprobs.ts';
import { readCount } from './usage-count.ts';
import type { ModelQuestion, ModelReply, TokenProbability, TokenUsage } from './vision-model.ts';

/** Responses have no seed. */
export const RESPONSE_PARAMETERS: readonly Parameter[] = [
  {
    names: ['max_output_tokens'],
    write: ({ maxTokens }) => ({ max_output_tokens: maxTokens }),
    instead: 'REQUIRED',
  },
  {
    names: ['temperature'],
    write: ({ temperature }) => (temperature === undefined ? undefined : { temperature }),
  },
  {
    names: ['text.format', 'text', 'json_schema'],
    write: ({ schema }) => ({
      text: { format: { type: 'json_schema', name: 'verdict', strict: true, schema } },
    }),
  },
  {
    names: ['include', 'logprobs', 'top_logprobs'],
    write: ({ logprobs }) =>
      logprobs ? { include: ['message.output_text.logprobs'], top_logprobs: TOP_LOGPROBS } : undefined,
  },
];

export function writeInput(question: ModelQuestion): OpenAI.Responses.ResponseInput {
  const content = arrangeContent<OpenAI.Responses.ResponseInputContent>(question, 'TEXT_FIRST', {
    text: (text) => ({ type: 'input_text', text }),
    image: (image) => ({
      type: 'input_image',
      image_url: writeDataUrl(image),
      detail: image.detail ?? 'auto',
    }),
  });
  return [{ role: 'user', content }];
}

/** Reads what Responses answer; a response may fail with status 200, and says so in `status` and `error`. */
export function readResponse(setting: CallSetting, response: unknown): Omit<ModelReply, 'latencyMs'> {
  const status = pick(response, 'status');
  if (status === 'failed') throw describeFailed(setting, response);
  const output: unknown = pick(response, 'output');
  if (!Array.isArray(output)) {
    throw new ModelError('BAD_RESPONSE', `${setting.provider} sent a response without output.`);
  }
  const parts = output.flatMap((item) => readParts(item));
  const version = pick(response, 'model');
  const tokens = parts.flatMap((part) => readTokens(pick(part, 'logprobs')) ?? []);
  const common = {
    usage: readUsage(pick(response, 'usage')),
    ...(typeof version === 'string' && version !== '' ? { modelVersion: version } : {}),
    ...(tokens.length > 0 && { tokens: tokens as readonly TokenProbability[] }),
  };
  const refusal = joinTexts(parts, 'refusal', 'refusal');
  if (refusal !== '') return { text: '', finish: 'refused', refusal, ...common };
  const reason = pick(response, 'incomplete_details', 'reason');
  if (reason === 'content_filter') {
    return { text: '', finish: 'refused', refusal: 'The content filter withheld the answer.', ...common };
  }
  const text = joinTexts(parts, 'output_text', 'text');
  return { text, finish: status === 'incomplete' ? 'truncated' : 'complete', ...common };
}

function readParts(item: unknown): readonly unknown[] {
  const content: unknown = pick(item, 'type') === 'message' ? pick(item, 'content') : undefined;
  return Array.isArray(content) ? content : [];
}

function joinTexts(parts: readonly unknown[], type: string, field: string): string {
  return parts
    .filter((part) => pick(part, 'type') === type)
    .map((part) => pick(part, field))
    .filter((text) => typeof text === 'string')
    .join('');
}

/** `error.code` of a failed response is a word, e.g. `rate_limit_exceeded` or `server_error`. */
function describeFailed(setting: CallSetting, response: unknown): ModelError {
  const code = pick(response, 'error', 'code');
  const status = code === 'rate_limit_exceeded' ? 429 : code === 'server_error' ? 500 : 400;
  return describeFailure(setting, { status, headers: new Headers(), body: response, text: '' });
}

function readUsage(usage: unknown): TokenUsage | undefined {
  const inputTokens = pick(usage, 'input_tokens');
  const outputTokens = pick(usage, 'output_tokens');
  if (typeof inputTokens !== 'number' || typeof outputTokens !== 'number') return undefined;
  return {
    inputTokens,
    outputTokens,
    ...readCount('cachedTokens', pick(usage, 'input_tokens_details', 'cached_tokens')),
    ...readCount('cacheWriteTokens', pick(usage, 'input_tokens_details', 'cache_write_tokens')),
    ...readCount('reasoningTokens', pick(usage, 'output_tokens_details', 'reasoning_tokens')),
  };
}
