import {
  type BatchWork,
  beginWork,
  type Chunk,
  completeChunk,
  countTotals,
  type Evaluation,
  evaluationKind,
  isPackLive,
  keepReserved,
  keepWork,
  lookBy,
  MAX_CHUNK_ATTEMPTS,
  moveChunk,
  type Pack,
  releaseChunk,
} from '@loupe/core/evaluation';
import { type TenantScope, transition } from '@loupe/core/platform';
import { meterItems } from '@loupe/core/usage';
import { ModelError } from '@loupe/judge';
import type { BatchService } from '@loupe/judge/batch';
import type { Context } from 'aws-lambda';
import type { AnswerBook } from './economy-answers.ts';
import { cancelPack, dropPack, findPack, type PackDesk, pollPack, submitPack } from './economy-packs.ts';
import type { ChunkResults } from './economy-results.ts';
import { planLook } from './economy-schedule.ts';
import { type PackDraft, rebuildLines, type WalkOptions, walkItems } from './economy-walk.ts';
import type { ItemJudge } from './evaluate-item.ts';
import { logError } from './log.ts';
import { writeModelUse } from './metrics.ts';
import { platform } from './platform.ts';
import { findTenantModel } from './tenant-models.ts';

/** The chunk was claimed by somebody else meanwhile. */
export class NotMine extends Error {
  override readonly name = 'NotMine';
}

export interface EconomyTerms {
  readonly scope: TenantScope;
  readonly evaluation: Evaluation;
  readonly chunk: Chunk;
  /** Of the lease. */
  readonly token: string;
  /** The evaluation ends early: nothing more is asked. */
  readonly isLast: boolean;
  readonly context: Context;
  readonly openJudge: () => Promise<ItemJudge>;
  readonly openResults: () => Promise<ChunkResults>;
  readonly openAnswers: () => Promise<AnswerBook>;
}

/** Share of the invocation's time in which packs are put together; sending the last one off needs the rest. */
const PACKING_SHARE = 0.5;
/** A batch of which nothing was heard would be listed by its provider after so long. */
const UNSURE_FOR_MS = 60_000;
/** Left of it for writing down when a call is called off. */
const MARGIN_MS = 5000;

/** One worker's turn at a chunk: follows its packs, walks over its items, completes it or says when to look again. */
export class EconomyWork {
  readonly #terms: EconomyTerms;
  readonly #desk: PackDesk;
  readonly #endsAt: number;
  #work: BatchWork;

  constructor(terms: EconomyTerms) {
    this.#terms = terms;
    this.#work = beginWork(terms.chunk);
    const leftMs = terms.context.getRemainingTimeInMillis();
    this.#endsAt = platform.clock() + PACKING_SHARE * leftMs;
    this.#desk = {
      findService: (model) => findService(terms.scope, model),
      clock: platform.clock,
      openAnswers: terms.openAnswers,
      signal: AbortSignal.timeout(Math.max(1000, leftMs - MARGIN_MS)),
      read: () => this.#work,
      keep: (work) => this.#keep(work),
    };
  }

  async goOn(): Promise<void> {
    await this.#followPacks();
    const { from, to } = this.#terms.chunk;
    for (;;) {
      if (!(await this.#walk(to))) return this.#release();
      const { packs, wave } = this.#work;
      if (packs.some(isPackLive)) return this.#release();
      if (!packs.some((pack) => pack.wave === wave)) return this.#complete();
      await this.#keep({ ...this.#work, wave: wave + 1, cursor: from });
    }
  }

  /** Has the provider stop what is under way, and once it has, completes the chunk with what came back. */
  async endEarly(): Promise<void> {
    for (const pack of this.#listLive()) await this.#follow(pack, () => cancelPack(this.#desk, pack));
    await this.#followPacks();
    if (this.#listLive().length > 0) return this.#release();
    const { from, to } = this.#terms.chunk;
    const { cursor } = await walkItems(from, to, await this.#prepareWalk());
    if (cursor === to) return this.#complete();
    await (await this.#terms.openResults()).store('partial');
    await this.#release();
  }

  /** Workers vanish over this chunk: what has no result by now ends in an error. */
  async giveUp(): Promise<void> {
    const { chunk, openJudge, openResults } = this.#terms;
    const [judge, results] = [await openJudge(), await openResults()];
    for (const pack of this.#listLive()) {
      await this.#follow(pack, () => cancelPack(this.#desk, pack));
      await dropPack(this.#desk, pack);
    }
    const message = `Judging broke off ${MAX_CHUNK_ATTEMPTS} times.`;
    for (let index = chunk.from; index < chunk.to; index++) {
      if (!results.byIndex.has(index)) {
        results.byIndex.set(index, judge.fail(index, 'ATTEMPTS_EXHAUSTED', message));
      }
    }
    await this.#complete();
  }

  #listLive(): readonly Pack[] {
    return this.#work.packs.filter(isPackLive);
  }

  async #followPacks(): Promise<void> {
    for (const pack of this.#listLive()) {
      await this.#follow(pack, () =>
        pack.state === 'PACKED' ? this.#recover(pack) : pollPack(this.#desk, pack),
      );
    }
  }

  /** A provider that can't be reached is asked again later; when the evaluation ends, one that refuses is let be. */
  async #follow(pack: Pack, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      logError('economy.pack_failed', error, { pack: pack.id });
      if (this.#terms.isLast && !error.retryable) await dropPack(this.#desk, pack);
    }
  }

  /** A worker vanished over it, or its answer was lost: the provider may have it or not. */
  async #recover(pack: Pack): Promise<void> {
    if (await findPack(this.#desk, pack)) return;
    // Nobody will look for it again: it is let be only when it can't be about to show up.
    if (this.#terms.isLast && platform.clock() - pack.createdAt < UNSURE_FOR_MS) return;
    const answers = await this.#terms.openAnswers();
    const keys = this.#terms.isLast ? [] : await answers.listKeys(pack);
    const again = keys.length > 0 ? await rebuildLines(pack, keys, await this.#prepareWalk()) : undefined;
    if (again?.model.batches) await submitPack(this.#desk, pack, again.model.batches, again.lines);
    else await dropPack(this.#desk, pack);
  }

  /** Walks on, packing and sending what is to be asked. @returns whether it came to the end */
  async #walk(to: number): Promise<boolean> {
    while (this.#work.cursor < to) {
      if (this.#isTimeOver() || this.#isCrowded() || !(await this.#isWanted())) return false;
      const { cursor, drafts } = await walkItems(this.#work.cursor, to, await this.#prepareWalk());
      await (await this.#terms.openResults()).store('partial');
      await this.#pack(drafts, cursor);
    }
    return !this.#isCrowded();
  }

  /** What is to be asked is written down first, so that whoever comes after knows of it. */
  async #pack(drafts: readonly PackDraft[], cursor: number): Promise<void> {
    const { evaluation, chunk } = this.#terms;
    const answers = await this.#terms.openAnswers();
    const { packs, packCount, wave, cursor: from } = this.#work;
    const now = platform.clock();
    const made = drafts.map((draft, i) => {
      const id = `${evaluation.id}-${chunk.position}-${packCount + i}`;
      const counts = { requests: draft.lines.length, answered: 0, failed: 0 };
      const pack: Pack = {
        id,
        wave,
        model: draft.model.id,
        from,
        to: cursor,
        state: 'PACKED',
        ...counts,
        createdAt: now,
      };
      return { pack, draft };
    });
    for (const { pack, draft } of made) await answers.noteKeys(pack, draft.keys);
    await this.#keep({
      ...this.#work,
      cursor,
      packs: [...packs, ...made.map(({ pack }) => pack)],
      packCount: packCount + made.length,
    });
    for (const { pack, draft } of made) {
      if (draft.model.batches) await submitPack(this.#desk, pack, draft.model.batches, draft.lines);
    }
  }

  async #prepareWalk(): Promise<WalkOptions> {
    const { openJudge, openAnswers, openResults, isLast } = this.#terms;
    const asked = this.#work.packs.flatMap(({ state, submittedAt }) =>
      state === 'ENDED' ? (submittedAt ?? []) : [],
    );
    const askedAt = asked.length > 0 ? Math.max(...asked) : undefined;
    return {
      judge: await openJudge(),
      answers: await openAnswers(),
      results: (await openResults()).byIndex,
      mostRequests: this.#work.mostRequests ?? Number.POSITIVE_INFINITY,
      isLast,
      clock: () => askedAt ?? platform.clock(),
      isTimeOver: () => this.#isTimeOver(),
    };
  }

  #isTimeOver(): boolean {
    return platform.clock() > this.#endsAt;
  }

  #isCrowded(): boolean {
    return (this.#work.crowded?.until ?? 0) > platform.clock();
  }

  /** Nobody has ended the evaluation while this was at work. */
  async #isWanted(): Promise<boolean> {
    const { scope, evaluation } = this.#terms;
    const current = await scope.table.get(evaluationKind, evaluation.id);
    return current?.state === evaluation.state;
  }

  async #keep(work: BatchWork): Promise<void> {
    const { scope, evaluation, chunk, token } = this.#terms;
    const kept = await moveChunk(scope, evaluation.id, chunk.position, (current) =>
      keepWork(current, token, work),
    );
    if (!kept) throw new NotMine();
    this.#work = work;
  }

  async #complete(): Promise<void> {
    const { scope, evaluation, chunk, token } = this.#terms;
    const results = await this.#terms.openResults();
    await results.store('results');
    const totals = countTotals(results.list());
    const use = results.sumUse();
    const done = await moveChunk(
      scope,
      evaluation.id,
      chunk.position,
      (current) => completeChunk(current, token, totals),
      meterItems(scope, use, platform.clock()),
    );
    if (done) writeModelUse(use);
    await scope.queues.send('evaluate', [{ tenantId: scope.tenantId, jobId: evaluation.id }]);
  }

  /** Gives the chunk back until there may be something to do; where that is now, it is sent at once. */
  async #release(): Promise<void> {
    const { scope, evaluation, chunk, token } = this.#terms;
    const isInterrupted = this.#isTimeOver() && !this.#isCrowded();
    const retryAt = isInterrupted ? undefined : planLook(this.#work, platform.clock());
    await moveChunk(scope, evaluation.id, chunk.position, (current) =>
      releaseChunk(current, token, { retryAt, reservedMicroUsd: keepReserved(current) }),
    );
    if (retryAt !== undefined) {
      await transition(scope, evaluationKind, evaluation.id, (current) => lookBy(current, retryAt));
      return;
    }
    await scope.queues.send('evaluate', [
      { tenantId: scope.tenantId, jobId: evaluation.id, chunk: chunk.position },
    ]);
  }
}

async function findService(scope: TenantScope, model: string): Promise<BatchService> {
  const { batches } = await findTenantModel(scope, model);
  if (!batches) throw new Error(`The model "${model}" takes no batches any more.`);
  return batches;
}
