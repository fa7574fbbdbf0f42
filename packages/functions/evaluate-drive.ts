import { randomUUID } from 'node:crypto';
import {
  announceEvaluation,
  awaitBatches,
  beginReduce,
  type Chunk,
  claimReduce,
  type Evaluation,
  evaluationKind,
  failEvaluation,
  finishEvaluation,
  isChunkFree,
  isWorkOpen,
  listChunks,
  MAX_REDUCE_ATTEMPTS,
  planChunks,
  REDUCE_LEASE_MS,
  renewReduce,
  startEvaluation,
} from '@loupe/core/evaluation';
import { isLeaseHeld, type Lease, type TenantScope, transition } from '@loupe/core/platform';
import { prepareAnnouncer } from '@loupe/core/webhook';
import type { Context } from 'aws-lambda';
import { freezeExemplars } from './evaluate-exemplars.ts';
import { storeOutputs } from './evaluate-outputs.ts';
import { createLease } from './lease.ts';
import { logError } from './log.ts';
import { platform } from './platform.ts';

/** Chunks on their way at once. A chunk that ends sends the one this many places on. */
export const WINDOW = 16;
/** Chunks with batches at once; a provider that has no room for them all makes the others wait. */
const LANES = 100;
/** Between renewals of the claim on the figures. */
const RENEWAL_MS = 60_000;

/** Looks at an evaluation as a whole and does what is next: rows of chunks, chunks that nobody works on, the figures. */
export async function driveEvaluation(scope: TenantScope, id: string, context: Context): Promise<void> {
  const evaluation = await scope.table.get(evaluationKind, id);
  if (!evaluation) return;
  if (evaluation.state === 'QUEUED') {
    await planChunks(scope, evaluation);
    const exemplars = await freezeExemplars(scope, evaluation);
    await transition(scope, evaluationKind, id, (current) =>
      startEvaluation(current, platform.clock(), exemplars),
    );
    await sendChunks(scope, evaluation);
  }
  if (evaluation.state === 'RUNNING') await sendChunks(scope, evaluation);
  if (evaluation.state === 'STOPPING') await reduceIfIdle(scope, evaluation);
  const current = await scope.table.get(evaluationKind, id);
  if (current?.state === 'REDUCING') await reduce(scope, id, context);
}

/** Sends open chunks that nobody has, oldest first; without any open one the figures are next. */
async function sendChunks(scope: TenantScope, { id, mode }: Evaluation): Promise<void> {
  const open = (await listChunks(scope, id)).filter(({ state }) => state === 'OPEN');
  const now = platform.clock();
  if (open.length === 0) {
    await transition(scope, evaluationKind, id, (current) => beginReduce(current, now));
    return;
  }
  const busy = open.filter(({ lease }) => isLeaseHeld(lease, now)).length;
  const begun = mode === 'ECONOMY' ? open.slice(0, LANES) : open;
  const free = begun.filter((chunk) => isChunkFree(chunk, now)).slice(0, Math.max(0, WINDOW - busy));
  await scope.queues.send(
    'evaluate',
    free.map(({ position }) => ({ tenantId: scope.tenantId, jobId: id, chunk: position })),
  );
  if (mode === 'ECONOMY' && busy + free.length === 0) await lookLater(scope, id, begun);
}

/** Nothing is to be done before the first of these chunks is looked at again. */
async function lookLater(scope: TenantScope, id: string, waiting: readonly Chunk[]): Promise<void> {
  const dueAt = Math.min(...waiting.map(({ retryAt = 0 }) => retryAt));
  await transition(scope, evaluationKind, id, (current) => awaitBatches(current, dueAt));
}

/** Chunks in work end by themselves or when their lease does; those with batches take in what these bring. */
async function reduceIfIdle(scope: TenantScope, { id }: Evaluation): Promise<void> {
  const now = platform.clock();
  const chunks = await listChunks(scope, id);
  const open = chunks.filter(isWorkOpen);
  if (open.length > 0) {
    const messages = open.map(({ position }) => ({ tenantId: scope.tenantId, jobId: id, chunk: position }));
    await scope.queues.send('evaluate', messages);
    return;
  }
  if (chunks.some(({ state, lease }) => state === 'OPEN' && isLeaseHeld(lease, now))) return;
  await transition(scope, evaluationKind, id, (current) => beginReduce(current, now));
}

async function reduce(scope: TenantScope, id: string, context: Context): Promise<void> {
  const token = randomUUID();
  const claim = (): Lease => {
    const now = platform.clock();
    return { token, until: Math.min(now + REDUCE_LEASE_MS, createLease(context, now, token).until) };
  };
  const claimed = await transition(scope, evaluationKind, id, (current) =>
    claimReduce(current, claim(), platform.clock()),
  );
  if (!claimed) return;
  if (claimed.attempt > MAX_REDUCE_ATTEMPTS) {
    const message = `Making the figures broke off ${MAX_REDUCE_ATTEMPTS} times. Resume the evaluation.`;
    await end(scope, id, (current) => failEvaluation(current, message, platform.clock()));
    return;
  }
  const timer = setInterval(() => {
    // Without it somebody else begins, too, and stores the same.
    transition(scope, evaluationKind, id, (current) => renewReduce(current, claim())).catch(
      (error: unknown) => logError('evaluate.renewal_failed', error),
    );
  }, RENEWAL_MS);
  try {
    const made = await storeOutputs(scope, claimed);
    await end(scope, id, (current) => finishEvaluation(current, token, made, platform.clock()));
  } finally {
    clearInterval(timer);
  }
}

async function end(
  scope: TenantScope,
  id: string,
  step: (evaluation: Evaluation) => Evaluation | undefined,
): Promise<void> {
  const announcer = await prepareAnnouncer(scope);
  const ended = await transition(scope, evaluationKind, id, step, (next) =>
    announceEvaluation(announcer, next),
  );
  if (ended) await announcer.send();
}
