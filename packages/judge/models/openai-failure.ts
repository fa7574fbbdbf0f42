import type { ProviderFailure } from './call.ts';
import { type FailedResponse, pick } from './failed-response.ts';
import type { ModelErrorCode } from './model-error.ts';

const CODES: Readonly<Record<string, ModelErrorCode>> = {
  invalid_api_key: 'AUTHENTICATION',
  insufficient_quota: 'QUOTA_EXHAUSTED',
  billing_hard_limit_reached: 'QUOTA_EXHAUSTED',
  model_not_found: 'MODEL_NOT_FOUND',
  content_filter: 'CONTENT_FILTERED',
  content_policy_violation: 'CONTENT_FILTERED',
};

/**
 * Reads `{error: {message, type, param, code}}` as OpenAI and Azure write it, the same without the outer object (older
 * vLLM), and `{error: "text"}` (Ollama, llama.cpp in front of a proxy).
 */
export function describeOpenAiFailure({ body }: FailedResponse): ProviderFailure {
  const error = readError(body);
  if (typeof error === 'string') return { message: error };
  const code = pick(error, 'code');
  const type = pick(error, 'type');
  const message = pick(error, 'message');
  const parameter = pick(error, 'param');
  return {
    code: CODES[String(code)] ?? CODES[String(type)],
    message: typeof message === 'string' ? message : undefined,
    parameter: typeof parameter === 'string' ? parameter : undefined,
  };
}

function readError(body: unknown): unknown {
  return pick(body, 'error') ?? body;
}
