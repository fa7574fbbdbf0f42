import { dropThinking } from '../answers/drop-thinking.ts';
import { findObjects } from '../answers/loose-json.ts';
import { readFields } from '../answers/read-details.ts';
import { isRefusal } from '../answers/refusal.ts';
import { createLedger, type LedgerTotal } from '../ledger.ts';
import { ModelError } from '../models/model-error.ts';
import type { Clock, ModelImage, ModelReply, VisionModel } from '../models/vision-model.ts';

/** What a model wrote for a question that is no verdict. */
export interface FreeAnswer extends LedgerTotal {
  /** The fields of its JSON object, keys in lower case without punctuation; undefined when it wrote none. */
  readonly fields: ReadonlyMap<string, unknown> | undefined;
  /** All it wrote but its thinking, or why it declined. */
  readonly text: string;
  readonly isRefused: boolean;
}

/**
 * Asks once for a JSON object. Prose is as good as an answer here, so nothing is asked again.
 * @throws ModelError
 */
export async function askFreely(
  {
    model,
    signal,
    clock,
  }: { readonly model: VisionModel; readonly signal: AbortSignal; readonly clock: Clock },
  question: { readonly text: string; readonly images: readonly ModelImage[]; readonly schema: object },
  leastTokens: number,
): Promise<FreeAnswer> {
  const ledger = createLedger(model);
  const askedAt = clock();
  const reply = await ask(model, signal, {
    ...question,
    schema: { ...question.schema },
    maxTokens: Math.max(model.traits.maxTokens, leastTokens),
  });
  ledger.add(reply, askedAt);
  const written = dropThinking(reply.text).trim();
  const [object] = findObjects(written);
  const fields = object === undefined ? undefined : readFields(object);
  const text = reply.finish === 'refused' ? (reply.refusal ?? 'The model declined.') : written;
  const isRefused = reply.finish === 'refused' || (fields === undefined && isRefusal(text));
  return { ...ledger.total(), fields, text, isRefused };
}

/** A prompt that the provider's filter turns away is a refusal, not a failure. */
async function ask(
  model: VisionModel,
  signal: AbortSignal,
  question: Parameters<VisionModel['ask']>[0],
): Promise<ModelReply> {
  try {
    return await model.ask(question, signal);
  } catch (error) {
    if (!(error instanceof ModelError && error.code === 'CONTENT_FILTERED')) throw error;
    return { text: '', finish: 'refused', refusal: error.message, usage: undefined, latencyMs: 0 };
  }
}
