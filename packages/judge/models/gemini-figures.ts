import { pick } from './failed-response.ts';
import { readCount } from './usage-count.ts';
import type { TokenProbability, TokenUsage } from './vision-model.ts';

/** Thoughts are billed as output; `candidatesTokenCount` does not hold them. `promptTokenCount` holds cached tokens. */
export function readGeminiUsage(usage: unknown): TokenUsage | undefined {
  const inputTokens = pick(usage, 'promptTokenCount');
  if (typeof inputTokens !== 'number') return undefined;
  const thoughts = pick(usage, 'thoughtsTokenCount');
  const written = [pick(usage, 'candidatesTokenCount'), thoughts];
  const outputTokens = written.reduce<number>(
    (sum, count) => sum + (typeof count === 'number' ? count : 0),
    0,
  );
  return {
    inputTokens,
    outputTokens,
    ...readCount('cachedTokens', pick(usage, 'cachedContentTokenCount')),
    ...readCount('imageTokens', readImageTokens(pick(usage, 'promptTokensDetails'))),
    ...readCount('reasoningTokens', thoughts),
  };
}

function readImageTokens(details: unknown): unknown {
  const list: readonly unknown[] = Array.isArray(details) ? details : [];
  return pick(
    list.find((detail) => pick(detail, 'modality') === 'IMAGE'),
    'tokenCount',
  );
}

/** Reads `{chosenCandidates, topCandidates: [{candidates}]}`, two lists of the same length. */
export function readGeminiTokens(result: unknown): readonly TokenProbability[] | undefined {
  const chosen: unknown = pick(result, 'chosenCandidates');
  if (!Array.isArray(chosen) || chosen.length === 0) return undefined;
  return chosen.flatMap((entry, position) => {
    const token = readToken(entry);
    const others: unknown = pick(result, 'topCandidates', String(position), 'candidates');
    const alternatives = Array.isArray(others) ? others.flatMap((other) => readToken(other) ?? []) : [];
    return token === undefined ? [] : { ...token, alternatives };
  });
}

function readToken(entry: unknown): { text: string; logprob: number } | undefined {
  const text = pick(entry, 'token');
  const logprob = pick(entry, 'logProbability');
  return typeof text === 'string' && typeof logprob === 'number' ? { text, logprob } : undefined;
}
