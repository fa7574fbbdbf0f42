import { estimateTokens, type ModelQuestion, type TokenEstimate, type VisionModel } from '@loupe/judge';

/** What a call will use, and what of it the provider counts against its tokens per minute. */
export function estimateLimitTokens(
  model: VisionModel,
  question: ModelQuestion,
): { readonly estimate: TokenEstimate; readonly counted: number } {
  const estimate = estimateTokens(model.traits, question);
  // OpenAI and Azure count the limit of an answer, too; Google counts what it reads.
  const readsAlone = model.provider === 'gemini' || model.provider === 'vertex';
  return { estimate, counted: estimate.inputTokens + (readsAlone ? 0 : estimate.outputTokens) };
}
