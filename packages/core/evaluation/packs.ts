import type { Lease } from '../platform/index.ts';
import type { BatchWork, Pack } from './batch-work.ts';
import type { Chunk } from './entity.ts';
import { isChunkFree } from './states.ts';

/** Requests on their way: waiting to be submitted, at a provider, and those that came back. */
export interface Lanes {
  readonly packed: number;
  readonly submitted: number;
  readonly finished: number;
}

export function beginWork(chunk: Chunk): BatchWork {
  return chunk.work ?? { wave: 0, cursor: chunk.from, packs: [], packCount: 0 };
}

/** Whether a provider may be working on it. */
export function isPackLive({ state }: Pack): boolean {
  return state !== 'ENDED';
}

/** It was begun and is not done: when its evaluation ends early, what came back is taken in first. */
export function isWorkOpen({ state, work }: Chunk): boolean {
  return state === 'OPEN' && work !== undefined && work.packs.length > 0;
}

/** What a chunk that is given back leaves set aside of the budget: all of it while there are batches to pay. */
export function keepReserved(chunk: Chunk): number {
  return isWorkOpen(chunk) ? chunk.reservedMicroUsd : 0;
}

/**
 * Takes up a chunk. What it set aside of the budget stays so while its batches run; with `isUrgent` its time of waiting
 * does not count.
 */
export function claimWork(
  chunk: Chunk,
  lease: Lease,
  reservedMicroUsd: number,
  now: number,
  isUrgent: boolean,
): Chunk | undefined {
  if (!isChunkFree(isUrgent ? { ...chunk, retryAt: undefined } : chunk, now)) return undefined;
  return {
    ...chunk,
    rev: chunk.rev + 1,
    attempt: chunk.attempt + 1,
    lease,
    retryAt: undefined,
    reservedMicroUsd: isWorkOpen(chunk) ? chunk.reservedMicroUsd : reservedMicroUsd,
  };
}

/** Writes down how far the work is, while it is one's own; that is progress, so tries are counted anew. */
export function keepWork(chunk: Chunk, token: string, work: BatchWork): Chunk | undefined {
  if (chunk.state !== 'OPEN' || chunk.lease?.token !== token) return undefined;
  return { ...chunk, rev: chunk.rev + 1, attempt: 1, work };
}

export function changePack(work: BatchWork, id: string, changes: Partial<Pack>): BatchWork {
  return { ...work, packs: work.packs.map((pack) => (pack.id === id ? { ...pack, ...changes } : pack)) };
}

export function countLanes({ work }: Chunk): Lanes {
  const lanes = { packed: 0, submitted: 0, finished: 0 };
  for (const { state, requests, answered, failed } of work?.packs ?? []) {
    const finished = state === 'ENDED' ? requests : Math.min(requests, answered + failed);
    lanes.finished += finished;
    lanes[state === 'PACKED' ? 'packed' : 'submitted'] += requests - finished;
  }
  return lanes;
}
