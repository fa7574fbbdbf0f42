import { randomUUID } from 'node:crypto';
import { loadVersion, readItems } from '@loupe/core/dataset';
import {
  beginReduce,
  CHUNK_LEASE_MS,
  CHUNK_PATIENCE_MS,
  type Chunk,
  claimChunk,
  completeChunk,
  countTotals,
  type Evaluation,
  evaluationKind,
  getChunk,
  type ItemResult,
  locateChunk,
  MAX_CHUNK_ATTEMPTS,
  moveChunk,
  readEvaluationCounts,
  readResults,
  releaseChunk,
  renewChunk,
  sumUse,
} from '@loupe/core/evaluation';
import { type TenantScope, transition } from '@loupe/core/platform';
import { tenantKind } from '@loupe/core/tenant';
import { type ItemsUse, meterItems } from '@loupe/core/usage';
import type { Context } from 'aws-lambda';
import { Postponed } from './evaluate-calls.ts';
import { WINDOW } from './evaluate-drive.ts';
import { createItemJudge, type ItemJudge } from './evaluate-item.ts';
import { estimateChunk, holdAtBudget, stopAtPlan } from './evaluate-limits.ts';
import { explainFailure } from './explain-failure.ts';
import { logError } from './log.ts';
import { writeModelUse } from './metrics.ts';
import { platform } from './platform.ts';

/** Questions asked at once by one worker. */
const CONCURRENCY = 16;
/** Between checkpoints: what a worker that vanishes has judged since is asked again. */
const CHECKPOINT_MS = 2000;
/** Share of the invocation's time in which questions are begun; the rest is for answers and writing them down. */
const ASKING_SHARE = 0.8;

/**
 * Judges a chunk. What was judged is kept at checkpoints, so that whoever takes over asks only for the rest; the chunk
 * and its counts are written in one transaction, once.
 */
export async function judgeChunk(
  scope: TenantScope,
  evaluationId: string,
  position: number,
  context: Context,
): Promise<void> {
  const evaluation = await scope.table.get(evaluationKind, evaluationId);
  if (evaluation?.state !== 'RUNNING') return;
  const token = randomUUID();
  const lease = () => ({ token, until: platform.clock() + CHUNK_LEASE_MS });
  const chunk = await moveChunk(scope, evaluationId, position, (current) =>
    claimChunk(current, lease(), estimateChunk(evaluation, current), platform.clock()),
  );
  if (!chunk) {
    await sendNext(scope, evaluation, position);
    return;
  }
  if (await holdAtBudget(scope, evaluation, chunk, token)) return;
  if (await stopAtPlan(scope, evaluation, chunk, token)) return;
  const work = new ChunkWork(scope, evaluation, chunk, lease, context);
  await work.run();
  if (work.isComplete) await sendNext(scope, evaluation, position);
}

/** A chunk that is done hands the turn to the one a window on, or, as the last, to the figures. */
async function sendNext(scope: TenantScope, evaluation: Evaluation, position: number): Promise<void> {
  const chunk = await getChunk(scope, evaluation.id, position);
  if (chunk?.state !== 'DONE') return;
  const message = { tenantId: scope.tenantId, jobId: evaluation.id };
  const current = await scope.table.get(evaluationKind, evaluation.id);
  // With a budget, chunks may wait for what others had set aside; of one that stops this may have been the last in work.
  if (evaluation.maxCostMicroUsd !== undefined || current?.state === 'STOPPING') {
    await scope.queues.send('evaluate', [message]);
    return;
  }
  if (position + WINDOW < evaluation.chunkCount) {
    await scope.queues.send('evaluate', [{ ...message, chunk: position + WINDOW }]);
    return;
  }
  const { chunks } = await readEvaluationCounts(scope, evaluation.id);
  if (chunks < evaluation.chunkCount) return;
  const reducing = await transition(scope, evaluationKind, evaluation.id, (current) =>
    beginReduce(current, platform.clock()),
  );
  if (reducing) await scope.queues.send('evaluate', [message]);
}

class ChunkWork {
  isComplete = false;
  readonly #scope: TenantScope;
  readonly #evaluation: Evaluation;
  readonly #chunk: Chunk;
  readonly #lease: () => { token: string; until: number };
  readonly #results = new Map<number, ItemResult>();
  /** Items whose use an earlier round counted. */
  readonly #paid = new Set<number>();
  readonly #endsAt: number;
  #postponed: Postponed | undefined;
  /** No call is begun once it is aborted. */
  readonly #stop = new AbortController();
  #saved = 0;

  constructor(
    scope: TenantScope,
    evaluation: Evaluation,
    chunk: Chunk,
    lease: () => { token: string; until: number },
    context: Context,
  ) {
    this.#scope = scope;
    this.#evaluation = evaluation;
    this.#chunk = chunk;
    this.#lease = lease;
    this.#endsAt = platform.clock() + ASKING_SHARE * context.getRemainingTimeInMillis();
  }

  async run(): Promise<void> {
    const { from, to } = this.#chunk;
    await this.#takeUp();
    const version = await loadVersion(this.#scope, this.#evaluation.datasetVersionId);
    const items = await readItems(this.#scope, version, from, to);
    const judge = await createItemJudge(this.#scope, this.#evaluation, this.#chunk, version, items);
    const open = items.map((_, i) => from + i).filter((index) => !this.#results.has(index));
    const known = new Set(this.#results.values());
    const timer = setInterval(() => void this.#checkpoint(), CHECKPOINT_MS);
    try {
      const next = open.values();
      await Promise.all(Array.from({ length: CONCURRENCY }, () => this.#workOff(next, judge)));
    } finally {
      clearInterval(timer);
      writeModelUse(this.#sumUse([...this.#results.values()].filter((result) => !known.has(result))));
    }
    await this.#checkpointing;
    await this.#writeDown(items.length);
  }

  /** What earlier claims judged. Items that ended in an error are asked again once the chunk was opened for them. */
  async #takeUp(): Promise<void> {
    const locate = (part: 'results' | 'partial') =>
      locateChunk(this.#evaluation.id, this.#chunk.position, part);
    const [before, partial] = await Promise.all([
      this.#evaluation.round > 0 ? readResults(this.#scope, locate('results')) : [],
      readResults(this.#scope, locate('partial')),
    ]);
    for (const result of before) {
      if (result.outcome === 'ERROR') continue;
      this.#results.set(result.index, result);
      this.#paid.add(result.index);
    }
    for (const result of partial) if (result.outcome !== 'ERROR') this.#results.set(result.index, result);
    this.#saved = this.#results.size;
  }

  async #workOff(next: Iterator<number>, judge: ItemJudge): Promise<void> {
    for (let turn = next.next(); !turn.done; turn = next.next()) {
      if (this.#stop.signal.aborted || this.#postponed) return;
      const index = turn.value;
      if (this.#chunk.attempt > MAX_CHUNK_ATTEMPTS) {
        const message = `Judging broke off ${MAX_CHUNK_ATTEMPTS} times.`;
        this.#results.set(index, judge.fail(index, 'ATTEMPTS_EXHAUSTED', message));
        continue;
      }
      const stuckMs = platform.clock() - (this.#chunk.stuckSince ?? platform.clock());
      const terms = {
        until: this.#endsAt,
        signal: this.#stop.signal,
        isPatient: stuckMs < CHUNK_PATIENCE_MS,
      };
      try {
        this.#results.set(index, await judge.ask(index, terms));
      } catch (error) {
        if (error instanceof Postponed) {
          this.#postponed = error;
          return;
        }
        logError('evaluate.item_failed', error, { evaluationId: this.#evaluation.id, index });
        const { code, message } = explainFailure(error);
        this.#results.set(index, judge.fail(index, code, message));
      }
    }
  }

  #sumUse(results: readonly ItemResult[]): ItemsUse {
    return sumUse(results.filter(({ index }) => !this.#paid.has(index)));
  }

  #checkpointing: Promise<void> = Promise.resolve();

  /** One at a time; a failing one is made up for by the next. */
  #checkpoint(): Promise<void> {
    this.#checkpointing = this.#checkpointing
      .then(() => this.#save())
      .catch((error: unknown) => logError('evaluate.checkpoint_failed', error));
    return this.#checkpointing;
  }

  async #save(): Promise<void> {
    const { id } = this.#evaluation;
    const current = await this.#scope.table.get(evaluationKind, id);
    // What a budget has set aside is used; a person who cancels does not want to wait.
    const tenant = await this.#scope.table.get(tenantKind, this.#scope.tenantId);
    const mayGoOn = current?.state === 'RUNNING' || current?.endsAs === 'STOPPED';
    const goesOn = mayGoOn && tenant?.archivedAt === undefined;
    if (!goesOn || platform.clock() > this.#endsAt) this.#stop.abort();
    const hasMore = this.#results.size > this.#saved;
    if (hasMore) {
      const size = this.#results.size;
      await this.#put('partial');
      this.#saved = size;
    }
    // Without progress the claim lasts, too: a slow model is no reason to lose it. Its tries go on counting.
    const lease = this.#lease();
    const mine = await moveChunk(this.#scope, id, this.#chunk.position, (chunk) =>
      hasMore ? renewChunk(chunk, lease) : keepLease(chunk, lease),
    );
    if (!mine) this.#stop.abort();
  }

  async #writeDown(items: number): Promise<void> {
    const { id } = this.#evaluation;
    const { token } = this.#lease();
    const { position } = this.#chunk;
    if (this.#results.size === items) {
      await this.#put('results');
      const results = [...this.#results.values()];
      const done = await moveChunk(
        this.#scope,
        id,
        position,
        (chunk) => completeChunk(chunk, token, countTotals(results)),
        meterItems(this.#scope, this.#sumUse(results), platform.clock()),
      );
      this.isComplete = done !== undefined;
      return;
    }
    await this.#put('partial');
    const now = platform.clock();
    const isFailing = this.#postponed?.reason === 'FAILING';
    const stuck = isFailing && this.#results.size === this.#saved;
    const retryAt = this.#postponed?.delayMs ? now + this.#postponed.delayMs : undefined;
    await moveChunk(this.#scope, id, position, (chunk) =>
      releaseChunk(chunk, token, {
        retryAt,
        stuckSince: stuck ? (chunk.stuckSince ?? now) : undefined,
        reservedMicroUsd: 0,
      }),
    );
    const message = { tenantId: this.#scope.tenantId, jobId: id };
    const current = await this.#scope.table.get(evaluationKind, id);
    if (current?.state === 'STOPPING') await this.#scope.queues.send('evaluate', [message]);
    // A chunk that waits for its provider is sent by the sweep, once its time has come.
    if (current?.state === 'RUNNING' && retryAt === undefined) {
      await this.#scope.queues.send('evaluate', [{ ...message, chunk: position }]);
    }
  }

  async #put(part: 'results' | 'partial'): Promise<void> {
    const lines = [...this.#results.values()]
      .sort((a, b) => a.index - b.index)
      .map((result) => JSON.stringify(result));
    const path = locateChunk(this.#evaluation.id, this.#chunk.position, part);
    await this.#scope.bucket.put(path, Buffer.from(lines.join('\n')), 'application/x-ndjson');
  }
}

function keepLease(chunk: Chunk, lease: { token: string; until: number }): Chunk | undefined {
  if (chunk.state !== 'OPEN' || chunk.lease?.token !== lease.token) return undefined;
  return { ...chunk, rev: chunk.rev + 1, lease };
}
