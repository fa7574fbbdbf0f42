import { randomUUID } from 'node:crypto';
import { loadVersion, readItems } from '@loupe/core/dataset';
import {
  type Chunk,
  claimWork,
  type Evaluation,
  isPackLive,
  isWorkOpen,
  keepReserved,
  MAX_CHUNK_ATTEMPTS,
  moveChunk,
  releaseChunk,
} from '@loupe/core/evaluation';
import type { TenantScope } from '@loupe/core/platform';
import type { Context } from 'aws-lambda';
import { openAnswers } from './economy-answers.ts';
import { openResults } from './economy-results.ts';
import { EconomyWork, NotMine } from './economy-work.ts';
import { createItemJudge } from './evaluate-item.ts';
import { estimateChunk, holdAtBudget, mayAsk, stopAtPlan } from './evaluate-limits.ts';
import { createLease } from './lease.ts';
import { platform } from './platform.ts';

/** Does what can be done now for a chunk that is judged in batches; what takes time is looked at by the schedule. */
export async function workOffChunk(
  scope: TenantScope,
  evaluation: Evaluation,
  position: number,
  context: Context,
): Promise<void> {
  const isStopping = evaluation.state === 'STOPPING';
  if (evaluation.state !== 'RUNNING' && !isStopping) return;
  // What a budget has set aside is used; a person who cancels, and a plan that is used up, want no more of it.
  const isLast = isStopping && (evaluation.endsAs === 'CANCELLED' || !(await mayAsk(scope)));
  const now = platform.clock();
  const lease = createLease(context, now, randomUUID());
  const chunk = await moveChunk(scope, evaluation.id, position, (current) => {
    if (isStopping && !isWorkOpen(current)) return undefined;
    const isUrgent = isLast && !isCancelling(current);
    return claimWork(current, lease, estimateChunk(evaluation, current), now, isUrgent);
  });
  if (!chunk) return;
  if (!isStopping && (await stopAtPlan(scope, evaluation, chunk, lease.token))) return;
  if (!isWorkOpen(chunk) && (await holdAtBudget(scope, evaluation, chunk, lease.token))) return;
  try {
    await work(scope, evaluation, chunk, { token: lease.token, isLast, context });
  } catch (error) {
    if (error instanceof NotMine) return;
    await moveChunk(scope, evaluation.id, position, (current) =>
      releaseChunk(current, lease.token, { reservedMicroUsd: keepReserved(current) }),
    ).catch(() => undefined);
    throw error;
  }
}

async function work(
  scope: TenantScope,
  evaluation: Evaluation,
  chunk: Chunk,
  terms: { readonly token: string; readonly isLast: boolean; readonly context: Context },
): Promise<void> {
  const economy = new EconomyWork({
    scope,
    evaluation,
    chunk,
    ...terms,
    // Mostly a batch is only looked at, and nothing of this is needed.
    openJudge: openOnce(async () => {
      const version = await loadVersion(scope, evaluation.datasetVersionId);
      const items = await readItems(scope, version, chunk.from, chunk.to);
      return createItemJudge(scope, evaluation, chunk, version, items);
    }),
    openResults: openOnce(() => openResults(scope, evaluation, chunk)),
    openAnswers: openOnce(() => openAnswers(scope, evaluation.id, chunk)),
  });
  if (chunk.attempt > MAX_CHUNK_ATTEMPTS) await economy.giveUp();
  else if (terms.isLast) await economy.endEarly();
  else await economy.goOn();
}

/** All that is left is to wait until the provider has stopped. */
function isCancelling({ work }: Chunk): boolean {
  const live = (work?.packs ?? []).filter(isPackLive);
  return live.length > 0 && live.every(({ isCancelled }) => isCancelled);
}

function openOnce<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}
