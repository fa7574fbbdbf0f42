import { chooseNextDue, isLeaseHeld, type Lease, RESEND_AFTER_MS, revise } from '../platform/index.ts';
import { type Chunk, type ChunkTotals, type Evaluation, isEvaluationEnded } from './entity.ts';

/**
 * The life of an evaluation, as pure steps: QUEUED → RUNNING → REDUCING → DONE; a budget that is used up or a person's
 * cancelling lead through STOPPING, until no chunk is in work, and REDUCING to STOPPED or CANCELLED, with the figures of
 * what was judged. What ended may be taken up again.
 */

/** A chunk whose worker vanishes this often without progress has its open items end in an error. */
export const MAX_CHUNK_ATTEMPTS = 5;
/** An evaluation whose figures can't be made fails after as many tries. */
export const MAX_REDUCE_ATTEMPTS = 5;
/** A chunk is claimed for this long, and again with every checkpoint. */
export const CHUNK_LEASE_MS = 15_000;
/** The figures are claimed for this long, and again as often as every minute: what is computed in one go takes less. */
export const REDUCE_LEASE_MS = 5 * 60_000;
/** An evaluation whose chunks are in work is looked at as often as this, or as the sweep comes. */
const LOOK_AFTER_MS = 10_000;
/** For this long the items of a chunk are asked again while its provider does not answer. */
export const CHUNK_PATIENCE_MS = 60 * 60_000;

/** All chunks have their rows. */
export function startEvaluation(
  evaluation: Evaluation,
  now: number,
  exemplarReviewIds?: readonly string[],
): Evaluation | undefined {
  if (evaluation.state !== 'QUEUED') return undefined;
  return revise(evaluation, {
    state: 'RUNNING',
    // A run that is taken up again keeps the ones it began with.
    exemplarReviewIds: evaluation.exemplarReviewIds ?? exemplarReviewIds,
    startedAt: evaluation.startedAt ?? now,
    dueAt: now + LOOK_AFTER_MS,
  });
}

export function stopEvaluation(
  evaluation: Evaluation,
  endsAs: 'STOPPED' | 'CANCELLED',
  now: number,
): Evaluation | undefined {
  if (evaluation.state !== 'RUNNING' && evaluation.state !== 'QUEUED') return undefined;
  return revise(evaluation, { state: 'STOPPING', endsAs, dueAt: now });
}

/** Ends what is at work as a person's cancelling does, whatever else it was ending for; nobody takes it up again. */
export function endForDeletion(
  evaluation: Evaluation,
  deletionId: string,
  now: number,
): Evaluation | undefined {
  if (isEvaluationEnded(evaluation) || evaluation.deletionId !== undefined) return undefined;
  if (evaluation.state === 'REDUCING') return revise(evaluation, { deletionId });
  return revise(evaluation, { state: 'STOPPING', endsAs: 'CANCELLED', deletionId, dueAt: now });
}

/** No chunk is left, or none is in work of one that stops. */
export function beginReduce(evaluation: Evaluation, now: number): Evaluation | undefined {
  if (evaluation.state !== 'RUNNING' && evaluation.state !== 'STOPPING') return undefined;
  return revise(evaluation, {
    state: 'REDUCING',
    endsAs: evaluation.endsAs ?? 'DONE',
    attempt: 0,
    dueAt: now,
  });
}

export function claimReduce(evaluation: Evaluation, lease: Lease, now: number): Evaluation | undefined {
  if (evaluation.state !== 'REDUCING' || isLeaseHeld(evaluation.lease, now)) return undefined;
  return revise(evaluation, { attempt: evaluation.attempt + 1, lease, dueAt: lease.until });
}

/** The figures are still in the making. */
export function renewReduce(evaluation: Evaluation, lease: Lease): Evaluation | undefined {
  if (evaluation.state !== 'REDUCING' || evaluation.lease?.token !== lease.token) return undefined;
  return revise(evaluation, { lease, dueAt: lease.until });
}

export function finishEvaluation(
  evaluation: Evaluation,
  token: string,
  made: { readonly resultRev: number; readonly exportCount: number },
  now: number,
): Evaluation | undefined {
  if (evaluation.state !== 'REDUCING' || evaluation.lease?.token !== token) return undefined;
  return revise(evaluation, {
    ...made,
    state: evaluation.endsAs ?? 'DONE',
    finishedAt: now,
    lease: undefined,
    dueAt: undefined,
  });
}

export function failEvaluation(evaluation: Evaluation, message: string, now: number): Evaluation | undefined {
  if (isEvaluationEnded(evaluation)) return undefined;
  return revise(evaluation, {
    state: 'FAILED',
    failure: { code: 'REDUCE_FAILED', message, retryable: true },
    finishedAt: now,
    lease: undefined,
    dueAt: undefined,
  });
}

/** Takes up what ended before all items were judged, or, after a retry, items that ended in an error. */
export function resumeEvaluation(
  evaluation: Evaluation,
  changes: { readonly maxCostMicroUsd?: number | undefined; readonly round: number },
  now: number,
): Evaluation | undefined {
  if (!isEvaluationEnded(evaluation) || evaluation.deletionId !== undefined) return undefined;
  return revise<Evaluation>(
    { ...evaluation, ...changes },
    {
      state: 'QUEUED',
      endsAs: undefined,
      failure: undefined,
      finishedAt: undefined,
      attempt: 0,
      dueAt: now + RESEND_AFTER_MS,
    },
  );
}

/** It was sent again just now, and is looked at again for as long as it is not ended. */
export function postponeEvaluation(evaluation: Evaluation, now: number): Evaluation | undefined {
  if (evaluation.dueAt === undefined || evaluation.dueAt > now) return undefined;
  const isActive = evaluation.state === 'RUNNING' || evaluation.state === 'STOPPING';
  const dueAt = isActive ? now + LOOK_AFTER_MS : chooseNextDue(evaluation.createdAt, now);
  return revise(evaluation, { dueAt });
}

/** Batches take hours: one that waits for nothing else is looked at when the next of them is. */
export function awaitBatches(evaluation: Evaluation, dueAt: number): Evaluation | undefined {
  if (evaluation.state !== 'RUNNING' || evaluation.dueAt === dueAt) return undefined;
  return revise(evaluation, { dueAt });
}

/** A batch is to be looked at then, at the latest. */
export function lookBy(evaluation: Evaluation, dueAt: number): Evaluation | undefined {
  if (evaluation.dueAt === undefined || evaluation.dueAt <= dueAt) return undefined;
  return revise(evaluation, { dueAt });
}

/** Whether a worker may claim it. */
export function isChunkFree(chunk: Chunk, now: number): boolean {
  return chunk.state === 'OPEN' && !isLeaseHeld(chunk.lease, now) && (chunk.retryAt ?? 0) <= now;
}

export function claimChunk(
  chunk: Chunk,
  lease: Lease,
  reservedMicroUsd: number,
  now: number,
): Chunk | undefined {
  if (!isChunkFree(chunk, now)) return undefined;
  return {
    ...chunk,
    rev: chunk.rev + 1,
    attempt: chunk.attempt + 1,
    lease,
    retryAt: undefined,
    reservedMicroUsd,
  };
}

/** More of it is judged: the claim lasts longer, and its tries are counted anew. */
export function renewChunk(chunk: Chunk, lease: Lease): Chunk | undefined {
  if (!isChunkMine(chunk, lease.token)) return undefined;
  return { ...chunk, rev: chunk.rev + 1, attempt: 1, lease, stuckSince: undefined };
}

/** Gives it back in an orderly way. */
export function releaseChunk(
  chunk: Chunk,
  token: string,
  changes: {
    readonly retryAt?: number | undefined;
    readonly stuckSince?: number | undefined;
    readonly reservedMicroUsd: number;
  },
): Chunk | undefined {
  if (!isChunkMine(chunk, token)) return undefined;
  return {
    ...chunk,
    ...changes,
    rev: chunk.rev + 1,
    attempt: Math.max(0, chunk.attempt - 1),
    lease: undefined,
  };
}

export function completeChunk(chunk: Chunk, token: string, totals: ChunkTotals): Chunk | undefined {
  if (!isChunkMine(chunk, token)) return undefined;
  return {
    ...chunk,
    rev: chunk.rev + 1,
    state: 'DONE',
    lease: undefined,
    retryAt: undefined,
    stuckSince: undefined,
    reservedMicroUsd: 0,
    totals,
  };
}

/** Whether items of a chunk that is done have no result: their batch was cancelled. */
export function isChunkPartial({ state, totals, from, to }: Chunk): boolean {
  return state === 'DONE' && totals.items < to - from;
}

/** Opens a chunk that is done for its items that ended in an error or have no result. */
export function reopenChunk(chunk: Chunk): Chunk | undefined {
  if (chunk.state !== 'DONE' || (chunk.totals.failed === 0 && !isChunkPartial(chunk))) return undefined;
  const work = chunk.work && {
    ...chunk.work,
    cursor: chunk.from,
    packs: [],
    crowded: undefined,
  };
  return { ...chunk, rev: chunk.rev + 1, state: 'OPEN', attempt: 0, ...(work && { work }) };
}

function isChunkMine(chunk: Chunk, token: string): boolean {
  return chunk.state === 'OPEN' && chunk.lease?.token === token;
}
