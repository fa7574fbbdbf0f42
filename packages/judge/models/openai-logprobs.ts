import { pick } from './failed-response.ts';
import type { TokenProbability } from './vision-model.ts';

/** Reads `[{token, logprob, top_logprobs: [{token, logprob}]}]`, the same in Chat Completions and Responses. */
export function readTokens(list: unknown): readonly TokenProbability[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return list.flatMap((entry) => {
    const token = readToken(entry);
    const others: unknown = pick(entry, 'top_logprobs');
    const alternatives = Array.isArray(others) ? others.flatMap((other) => readToken(other) ?? []) : [];
    return token === undefined ? [] : { ...token, alternatives };
  });
}

function readToken(entry: unknown): { text: string; logprob: number } | undefined {
  const text = pick(entry, 'token');
  const logprob = pick(entry, 'logprob');
  return typeof text === 'string' && typeof logprob === 'number' ? { text, logprob } : undefined;
}
