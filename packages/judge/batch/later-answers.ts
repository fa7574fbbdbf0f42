import { createHash } from 'node:crypto';
import { ModelError } from '../models/model-error.ts';
import type { ModelQuestion, ModelReply, VisionModel } from '../models/vision-model.ts';
import { listBatchPrices } from './batch-prices.ts';

/** What is known of a question that went into batches. */
export interface KnownAnswer {
  readonly reply?: ModelReply | undefined;
  /** Why earlier batches brought none, oldest first. */
  readonly failures: readonly ModelError[];
}

/** A question whose answer is not there yet. */
export interface LaterQuestion {
  readonly model: VisionModel;
  readonly key: string;
  readonly question: ModelQuestion;
}

export interface LaterAnswers {
  /** The model at the price of batches, answering from what is known. `vote` tells votes of one model apart. */
  readonly guard: (model: VisionModel, vote: number) => VisionModel;
  /** What has to be asked before the judgement can be made; while there is any, its outcome means nothing. */
  readonly open: readonly LaterQuestion[];
}

/** A question is tried in so many batches. */
const MAX_TRIES = 3;

/**
 * Lets a judgement be made in several goes: it runs as always, and stops where an answer is missing, which then goes into
 * the next batch. So a batch asks the same questions, reads them with the same parser and asks again by the same rules.
 *
 * @param find what is known of the question with that key, of the model with that id
 * @param isLast what is not known will not be: the judgement has to do without it
 */
export function createLaterAnswers(
  name: string,
  find: (modelId: string, key: string) => KnownAnswer | undefined,
  isLast = false,
): LaterAnswers {
  const open: LaterQuestion[] = [];
  const ballots = new Map<string, number>();

  function guard(model: VisionModel, vote: number): VisionModel {
    const ballot = `${model.id} ${vote}`;
    const place = ballots.get(ballot) ?? 0;
    ballots.set(ballot, place + 1);
    const prefix = `${name}/${vote}.${place}/`;
    const noted = new Set<string>();

    function note(question: ModelQuestion): ModelReply | undefined {
      const key = prefix + digest(question);
      const { reply, failures = [] } = find(model.id, key) ?? {};
      if (reply) return reply;
      const failure = failures.at(-1);
      // All of them: each may have taught another parameter to be left out.
      const isLearnt = failures.map((each) => model.batches?.learn(question, each)).includes(true);
      if (failure && !(failure.retryable || isLearnt)) throw failure;
      if (failure && failures.length >= MAX_TRIES) throw failure;
      if (isLast) throw failure ?? new ModelError('ABORTED', 'The batch ended before it was answered.');
      if (!noted.has(key)) open.push({ model, key, question });
      noted.add(key);
      return undefined;
    }

    return {
      ...model,
      traits: { ...model.traits, prices: listBatchPrices(model.traits.prices) },
      expect: (questions) => {
        for (const question of questions) tryTo(() => note(question));
      },
      ask: async (question) => {
        const reply = note(question);
        if (reply) return reply;
        throw new AnswerMissing();
      },
    };
  }
  return { guard, open };
}

/** Stops a judgement; not a ModelError, so that nobody takes it for the provider's answer. */
class AnswerMissing extends Error {
  override readonly name = 'AnswerMissing';
}

/** A question is told from the others of its judgement by its words; pictures may be encoded anew meanwhile. */
function digest({ text, maxTokens, images }: ModelQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([text, maxTokens, images.length]))
    .digest('base64url')
    .slice(0, 16);
}

/** What cannot be asked says so when it is its turn. */
function tryTo(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
  }
}
