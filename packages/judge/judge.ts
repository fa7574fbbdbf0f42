import type { View } from '@loupe/vision';
import { type Outcome, type ReadAnswer, readAnswer, type UnreadAnswer } from './answers/read-answer.ts';
import { ModelError } from './models/model-error.ts';
import { priceCall } from './models/price.ts';
import type {
  AnomalyMap,
  Clock,
  ModelImage,
  ModelQuestion,
  ModelReply,
  ScoredRegion,
  TokenUsage,
  VisionModel,
} from './models/vision-model.ts';
import { ANSWER_SCHEMA, writeReminder } from './prompts/format-part.ts';
import type { JudgeProfile } from './prompts/profile.ts';
import { type Prompt, writePrompt } from './prompts/write-prompt.ts';
import { type Decision, decide, type ThresholdSource } from './scores/decide.ts';

export interface JudgeRequest {
  readonly profile: JudgeProfile;
  /** The views of the sample, at least one. */
  readonly query: readonly View[];
  /** The views of each reference sample. */
  readonly references: readonly (readonly View[])[];
  readonly model: VisionModel;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Most tokens of the answer; default the model's own. */
  readonly maxTokens?: number;
  /** 0 to 2; default the provider's. */
  readonly temperature?: number;
}

/** Where a score comes from; null without a score. */
export type ScoreSource = ReadAnswer['scoreSource'] | 'REFERENCE_MATCH';

export interface Judgement {
  readonly outcome: Outcome;
  /** UNCERTAIN without a score: a refused or unreadable answer goes to a person, never past one. */
  readonly decision: Decision;
  /** Anomaly score, 0 to 1; null when REFUSED or UNPARSEABLE. */
  readonly score: number | null;
  readonly scoreSource: ScoreSource | null;
  readonly threshold: number;
  readonly thresholdSource: ThresholdSource;
  /** The model's reason; of a refusal or an unreadable answer, what is known of it. */
  readonly reasoning: string;
  readonly regions: readonly ScoredRegion[];
  readonly map?: AnomalyMap;
  /** What was mended or contradicts itself, for people. */
  readonly notes: readonly string[];
  /** Every answer as written, in order, each cut at MAX_RAW_ANSWER characters. */
  readonly rawAnswers: readonly string[];
  readonly prompt: Prompt;
  /** All calls together; null when the provider left one of them out. */
  readonly usage: TokenUsage | null;
  /** All calls together, rounded; null when usage or price is not known. */
  readonly costMicroUsd: number | null;
  readonly modelVersion: string;
  readonly latencyMs: number;
}

/** Most characters of an answer that are kept for audit. */
export const MAX_RAW_ANSWER = 16_384;

/** The first call, and one more when its answer could not be read. */
const MAX_CALLS = 2;

/**
 * Judges the views of one sample: writes the prompt, asks the model, reads the answer (asking once more, with the
 * fault named, when it cannot be read) and decides.
 *
 * @throws ModelError when the model gives no answer; `spent` says what an earlier call had cost.
 * @throws PromptError when a text of the profile is too long for a prompt.
 * @throws RangeError when there is no query view, or threshold or band is out of range.
 */
export async function judge(request: JudgeRequest): Promise<Judgement> {
  const start = request.clock();
  const { profile, model } = request;
  if (request.query.length === 0) throw new RangeError('query has no view; a judgement needs at least one.');
  // Before anything is paid for: a profile that cannot decide fails here.
  decide(null, profile);
  const available = request.references.reduce((sum, views) => sum + views.length, 0);
  const prompt = writePrompt(profile, {
    references: available,
    queries: request.query.length,
    marked: false,
  });
  const images = listImages(request, prompt.references > 0 || model.traits.comparesReferences);
  requireCapacity(model, images.length);
  const ledger = createLedger(model);
  const { reply, answer } = await converse(request, prompt, images, ledger);
  return {
    ...conclude(profile, reply, answer),
    ...ledger.total(),
    prompt,
    latencyMs: request.clock() - start,
  };
}

function listImages(request: JudgeRequest, withReferences: boolean): ModelImage[] {
  const references = withReferences ? request.references : [];
  return [
    ...references.flatMap((views) => views.map((view, index) => describeImage('reference', view, index))),
    ...request.query.map((view, index) => describeImage('query', view, index)),
  ];
}

function describeImage(role: ModelImage['role'], view: View, index: number): ModelImage {
  const { mediaType, bytes, widthPx, heightPx } = view;
  return { role, view: index, mediaType, bytes, widthPx, heightPx };
}

function requireCapacity(model: VisionModel, images: number): void {
  const most = model.traits.imagesPerCall;
  if (most === null || images <= most) return;
  throw new ModelError(
    'TOO_MANY_IMAGES',
    `The model "${model.id}" takes at most ${most} pictures in a call; this judgement needs ${images}. Use fewer references.`,
  );
}

/** Asks until an answer is read, refused, or the calls are used up. */
async function converse(
  request: JudgeRequest,
  prompt: Prompt,
  images: readonly ModelImage[],
  ledger: Ledger,
): Promise<{ reply: ModelReply; answer: ReadAnswer | UnreadAnswer }> {
  let question: ModelQuestion = {
    text: prompt.text,
    images,
    maxTokens: request.maxTokens ?? request.model.traits.maxTokens,
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    schema: ANSWER_SCHEMA,
  };
  for (let call = 1; ; call += 1) {
    const asked = request.clock();
    const reply = await askOnce(request, question, ledger);
    ledger.add(reply, asked);
    const answer = readReply(reply);
    if (answer.outcome !== 'UNPARSEABLE' || call === MAX_CALLS) return { reply, answer };
    question = {
      ...question,
      text: `${prompt.text}\n\n${writeReminder(answer.reason)}`,
      // The same limit would cut the next answer off in the same place.
      maxTokens: reply.finish === 'truncated' ? question.maxTokens * 2 : question.maxTokens,
    };
  }
}

/** A prompt that the provider's filter turns away is a refusal, not a failure. */
async function askOnce(request: JudgeRequest, question: ModelQuestion, ledger: Ledger): Promise<ModelReply> {
  try {
    return await request.model.ask(question, request.signal);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (error.code !== 'CONTENT_FILTERED') throw ledger.isEmpty() ? error : error.withSpent(ledger.total());
    return { text: '', finish: 'refused', refusal: error.message, usage: undefined, latencyMs: 0 };
  }
}

function readReply(reply: ModelReply): ReadAnswer | UnreadAnswer {
  if (reply.finish === 'refused')
    return { outcome: 'REFUSED', reason: reply.refusal ?? 'The model declined.' };
  const answer = readAnswer(reply.text);
  if (answer.outcome !== 'UNPARSEABLE' || reply.finish !== 'truncated') return answer;
  return { outcome: 'UNPARSEABLE', reason: 'it was cut off at the limit of tokens; keep "reasoning" short.' };
}

function conclude(profile: JudgeProfile, reply: ModelReply, answer: ReadAnswer | UnreadAnswer) {
  if ('reason' in answer) {
    const { outcome, reason } = answer;
    const reasoning = outcome === 'REFUSED' ? reason : `The answer could not be read: ${reason}`;
    return {
      outcome,
      ...decide(null, profile),
      score: null,
      scoreSource: null,
      reasoning,
      regions: [],
      notes: [],
    };
  }
  const { outcome, score, reasoning, notes } = answer;
  return {
    outcome,
    ...decide(score, profile),
    score,
    scoreSource: reply.extras === undefined ? answer.scoreSource : ('REFERENCE_MATCH' as const),
    reasoning,
    regions: reply.extras?.regions ?? [],
    ...(reply.extras?.map === undefined ? {} : { map: reply.extras.map }),
    notes,
  };
}

interface Ledger {
  readonly add: (reply: ModelReply, askedAt: number) => void;
  readonly isEmpty: () => boolean;
  readonly total: () => Pick<Judgement, 'rawAnswers' | 'usage' | 'costMicroUsd' | 'modelVersion'>;
}

/** Adds up what the calls of one judgement used; one unknown makes the sum unknown. */
function createLedger(model: VisionModel): Ledger {
  const rawAnswers: string[] = [];
  let modelVersion = model.id;
  let usage: TokenUsage | null = { inputTokens: 0, outputTokens: 0 };
  let cost: number | null = 0;
  return {
    add: (reply, askedAt) => {
      const raw = reply.finish === 'refused' ? (reply.refusal ?? '') : reply.text;
      rawAnswers.push(raw.slice(0, MAX_RAW_ANSWER).toWellFormed());
      modelVersion = reply.modelVersion ?? modelVersion;
      usage = usage === null || reply.usage === undefined ? null : addUsage(usage, reply.usage);
      const price = priceCall(model.traits.prices, reply.usage, askedAt);
      cost = cost === null || price === null ? null : cost + price;
    },
    isEmpty: () => rawAnswers.length === 0,
    total: () => ({ rawAnswers, usage, costMicroUsd: cost === null ? null : Math.round(cost), modelVersion }),
  };
}

function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens };
}
