import { preferProbability } from './answers/prefer-probability.ts';
import { type ReadAnswer, readAnswer, type UnreadAnswer } from './answers/read-answer.ts';
import { isMedical } from './answers/refusal.ts';
import type { Ledger } from './ledger.ts';
import type { ContentOrder } from './models/content-order.ts';
import { ModelError } from './models/model-error.ts';
import { readVerdictProbability } from './models/verdict-probability.ts';
import type { Clock, ModelImage, ModelQuestion, ModelReply, VisionModel } from './models/vision-model.ts';
import { QUALITY_CONTROL, writeReminder, writeSchema } from './prompts/format-part.ts';
import type { Prompt } from './prompts/write-prompt.ts';

/** What every call of a judgement needs. */
export interface Asking {
  readonly model: VisionModel;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Most tokens of the answer; default the model's own. */
  readonly maxTokens?: number | undefined;
  /** 0 to 2; default the provider's. */
  readonly temperature?: number | undefined;
  /** Where the text stands; default as the provider has it. */
  readonly order?: ContentOrder | undefined;
  /** Whether the probability of the verdict's token is the score, where the model gives it. */
  readonly usesLogprobs: boolean;
  /** Whether what is inspected is medical by its kind, whatever the texts say. */
  readonly isMedical: boolean;
}

export interface Answered {
  readonly reply: ModelReply;
  readonly answer: ReadAnswer | UnreadAnswer;
}

/**
 * Asks until an answer is read or refused: once more, with the fault named, when it cannot be read, and once more, with
 * the context of quality control, when it is refused for medical reasons.
 *
 * @throws ModelError when the model gives no answer; `spent` says what earlier calls had cost.
 */
export async function askForVerdict(
  asking: Asking,
  prompt: Prompt,
  images: readonly ModelImage[],
): Promise<Answered> {
  let question = writeQuestion(asking, prompt, images);
  let context = prompt.text;
  let mayRemind = true;
  let mayRephrase = true;
  for (;;) {
    const asked = asking.clock();
    const reply = await askOnce(asking, question);
    asking.ledger.add(reply, asked);
    const answer = readReply(reply, asking.usesLogprobs);
    if (answer.outcome === 'UNPARSEABLE' && mayRemind) {
      mayRemind = false;
      question = {
        ...question,
        text: `${context}\n\n${writeReminder(answer.reason)}`,
        // The same limit would cut the next answer off in the same place.
        maxTokens: reply.finish === 'truncated' ? question.maxTokens * 2 : question.maxTokens,
      };
    } else if (answer.outcome === 'REFUSED' && mayRephrase && concernsMedicine(asking, prompt, answer)) {
      mayRephrase = false;
      context = `${QUALITY_CONTROL}\n\n${prompt.text}`;
      question = { ...question, text: context };
    } else {
      return { reply, answer };
    }
  }
}

/** The question that a prompt is asked with first. */
export function writeQuestion(asking: Asking, prompt: Prompt, images: readonly ModelImage[]): ModelQuestion {
  return {
    text: prompt.text,
    images,
    ...(asking.order === undefined ? {} : { order: asking.order }),
    maxTokens: asking.maxTokens ?? asking.model.traits.maxTokens,
    ...(asking.temperature === undefined ? {} : { temperature: asking.temperature }),
    schema: writeSchema(prompt.form),
    // Where it is not stated whether a model has them, it is asked once.
    ...(asking.usesLogprobs && asking.model.traits.capabilities?.logprobs !== false && { logprobs: true }),
  };
}

function concernsMedicine(asking: Asking, prompt: Prompt, { reason }: UnreadAnswer): boolean {
  return asking.isMedical || isMedical(reason) || isMedical(prompt.instruction);
}

/** A prompt that the provider's filter turns away is a refusal, not a failure. */
async function askOnce(asking: Asking, question: ModelQuestion): Promise<ModelReply> {
  try {
    return await asking.model.ask(question, asking.signal);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (error.code !== 'CONTENT_FILTERED') {
      throw asking.ledger.isEmpty() ? error : error.withSpent(asking.ledger.total());
    }
    return { text: '', finish: 'refused', refusal: error.message, usage: undefined, latencyMs: 0 };
  }
}

function readReply(reply: ModelReply, usesLogprobs: boolean): ReadAnswer | UnreadAnswer {
  if (reply.finish === 'refused')
    return { outcome: 'REFUSED', reason: reply.refusal ?? 'The model declined.' };
  const answer = readAnswer(reply.text);
  if ('score' in answer) {
    return usesLogprobs
      ? preferProbability(answer, readVerdictProbability(reply.text, reply.tokens))
      : answer;
  }
  if (answer.outcome !== 'UNPARSEABLE' || reply.finish !== 'truncated') return answer;
  return { outcome: 'UNPARSEABLE', reason: 'it was cut off at the limit of tokens; keep "reasoning" short.' };
}
