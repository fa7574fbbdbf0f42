import type { ItemResult } from '@loupe/core/evaluation';
import { ModelError, type VisionModel } from '@loupe/judge';
import { createLaterAnswers, type LaterQuestion } from '@loupe/judge/batch';
import type { AnswerBook } from './economy-answers.ts';
import type { ItemJudge } from './evaluate-item.ts';
import { explainFailure } from './explain-failure.ts';
import { logError } from './log.ts';

/** Items whose pictures are made ready at once. */
const PARALLEL = 4;
/**
 * Most bytes of a pack, below what every provider takes: it is put together in the memory of a function, some three times
 * over while it is sent.
 */
const MOST_BYTES = 96 * 2 ** 20;

/** Questions that go into one batch. */
export interface PackDraft {
  readonly model: VisionModel;
  readonly keys: string[];
  readonly lines: string[];
  bytes: number;
}

export interface WalkOptions {
  readonly judge: ItemJudge;
  readonly answers: AnswerBook;
  /** Where items that need nothing more are put; those that are in it are passed over. */
  readonly results: Map<number, ItemResult>;
  readonly mostRequests: number;
  /** What is not answered by now will not be. */
  readonly isLast: boolean;
  /** Says what time it was when the questions were asked, for prices. */
  readonly clock: () => number;
  readonly isTimeOver: () => boolean;
}

/**
 * Walks over items: those whose questions are all answered get their results; what is still to be asked of the others is
 * gathered, until a batch is full or the time is over.
 * @returns the item after the last one walked, and at most one draft for each model
 */
export async function walkItems(
  from: number,
  to: number,
  options: WalkOptions,
): Promise<{ readonly cursor: number; readonly drafts: readonly PackDraft[] }> {
  const drafts = new Map<string, PackDraft>();
  for (let at = from; at < to; at += PARALLEL) {
    if (options.isTimeOver()) return { cursor: at, drafts: [...drafts.values()] };
    for (const [i, questions] of (await judgeItems(at, to, options)).entries()) {
      if (!addItem(drafts, questions, options)) return { cursor: at + i, drafts: [...drafts.values()] };
    }
  }
  return { cursor: to, drafts: [...drafts.values()] };
}

/** Puts together again what a pack asks: the questions with its keys. */
export async function rebuildLines(
  { model, from, to }: { readonly model: string; readonly from: number; readonly to: number },
  keys: readonly string[],
  options: WalkOptions,
): Promise<{ readonly model: VisionModel; readonly lines: readonly string[] } | undefined> {
  const wanted = new Set(keys);
  const answers = { ...options.answers, isAsked: () => false };
  const lines: string[] = [];
  let found: VisionModel | undefined;
  for (let at = from; at < to; at += PARALLEL) {
    for (const { model: asked, key, question } of (
      await judgeItems(at, to, { ...options, answers })
    ).flat()) {
      if (asked.id !== model || !wanted.has(key)) continue;
      found = asked;
      lines.push(asked.batches?.writeLine(key, question) ?? '');
    }
  }
  return found && { model: found, lines };
}

/** The next few items, at the same time. */
function judgeItems(
  at: number,
  to: number,
  options: WalkOptions,
): Promise<readonly (readonly LaterQuestion[])[]> {
  const count = Math.min(PARALLEL, to - at);
  return Promise.all(Array.from({ length: count }, (_, i) => judgeItem(at + i, options)));
}

/** @returns what has to be asked before the item can be judged, and is not being asked */
async function judgeItem(index: number, options: WalkOptions): Promise<readonly LaterQuestion[]> {
  const { judge, answers, results, isLast, clock } = options;
  if (results.has(index)) return [];
  const later = createLaterAnswers(String(index), answers.find, isLast);
  try {
    const { latencyMs: _, ...result } = await judge.judge(index, later.guard, clock);
    if (later.open.length === 0) results.set(index, result);
  } catch (error) {
    if (later.open.length === 0) noteFailure(index, error, options);
  }
  return later.open.filter(({ model, key }) => !answers.isAsked(model.id, key));
}

/** What an item cost before it failed counts; one that was never answered before the end is left out. */
function noteFailure(index: number, error: unknown, { judge, results, isLast }: WalkOptions): void {
  const spent = error instanceof ModelError ? error.spent : undefined;
  if (isLast && error instanceof ModelError && error.code === 'ABORTED' && !spent) return;
  if (!(error instanceof ModelError)) logError('economy.item_failed', error, { index });
  const { code, message } = explainFailure(error);
  results.set(index, {
    ...judge.fail(index, code, message),
    ...(spent && {
      costMicroUsd: spent.costMicroUsd ?? undefined,
      inputTokens: spent.usage?.inputTokens,
      outputTokens: spent.usage?.outputTokens,
    }),
  });
}

/** Adds all questions of an item, or none where a batch that is begun would grow too large. */
function addItem(
  drafts: Map<string, PackDraft>,
  questions: readonly LaterQuestion[],
  { mostRequests }: WalkOptions,
): boolean {
  const added = new Map<string, PackDraft>();
  for (const { model, key, question } of questions) {
    if (!model.batches) throw new Error(`The model "${model.id}" takes no batches.`);
    const draft = added.get(model.id) ?? { model, keys: [], lines: [], bytes: 0 };
    const line = model.batches.writeLine(key, question);
    draft.keys.push(key);
    draft.lines.push(line);
    draft.bytes += Buffer.byteLength(line) + 1;
    added.set(model.id, draft);
  }
  for (const [id, { model, lines, bytes }] of added) {
    const begun = drafts.get(id);
    const limits = model.batches?.limits;
    if (!begun || !limits) continue;
    if (begun.bytes + bytes > Math.min(MOST_BYTES, limits.bytes)) return false;
    if (begun.lines.length + lines.length > Math.min(mostRequests, limits.requests)) return false;
  }
  for (const [id, draft] of added) {
    const begun = drafts.get(id);
    if (!begun) {
      drafts.set(id, draft);
      continue;
    }
    begun.keys.push(...draft.keys);
    begun.lines.push(...draft.lines);
    begun.bytes += draft.bytes;
  }
  return true;
}
