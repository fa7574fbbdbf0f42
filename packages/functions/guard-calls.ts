import { setTimeout as sleep } from 'node:timers/promises';
import type { Slot } from '@loupe/core/inspection';
import { LimitError, type TenantScope } from '@loupe/core/platform';
import { type Hold, holdSpend, type Purse, settleSpend } from '@loupe/core/spending';
import {
  ModelError,
  type ModelErrorCode,
  type ModelQuestion,
  type ModelReply,
  type Pacer,
  planReturn,
  priceCall,
  type VisionModel,
} from '@loupe/judge';
import { digestCall, findAnswer, keepAnswer } from './answer-cache.ts';
import { describeEnd } from './describe-end.ts';
import { estimateLimitTokens } from './limit-tokens.ts';

/** The calls of an inspection may not begin now; it comes back after `delaySeconds`, to its slot if it has one. */
export class PacedError extends ModelError {
  readonly delaySeconds: number;
  readonly slot: Slot | undefined;

  constructor(delaySeconds: number, slot: Slot | undefined) {
    super('RATE_LIMITED', 'The calls have to wait for their place in the limits of the provider.', {
      retryAfterMs: delaySeconds * 1000,
    });
    this.delaySeconds = delaySeconds;
    this.slot = slot;
  }
}

export interface GuardOptions {
  readonly scope: TenantScope;
  readonly pacer: Pacer;
  readonly findPaceKey: (model: VisionModel) => string;
  readonly purse: Purse;
  readonly failFast: boolean;
  /** The sample whose pictures are shown, when answers about it are kept. */
  readonly cacheFor: string | undefined;
  /** Calls that are expected of each model. */
  readonly calls: number;
  /** Whether the message may go back to its queue to wait; not where several models are asked side by side. */
  readonly mayReturn: boolean;
  /** How often the message was received, from 1. */
  readonly tries: number;
  /** The place that was given to this inspection when it was last here. */
  readonly slot: Slot | undefined;
  /** Epoch ms by which calls have to have ended. */
  readonly deadline: number;
}

export interface CallGuard {
  /** The model, asked within limits: kept answers first, then the provider's limits, then money. */
  readonly guard: (model: VisionModel, vote: number) => VisionModel;
  /** Gives back what was set aside and was not spent. Once, at the end. */
  readonly settle: () => Promise<void>;
}

/** Ends of a call that may be charged for. */
const MAY_HAVE_COST: ReadonlySet<ModelErrorCode> = new Set(['TIMEOUT', 'ABORTED', 'NETWORK', 'BAD_RESPONSE']);

/** A call begun later than this before the deadline could not be answered. */
const LEAST_CALL_MS = 5000;

/** Guards the calls of one attempt at an inspection. */
export function guardCalls(options: GuardOptions): CallGuard {
  const { scope, pacer, purse } = options;
  const granted = new Map<string, { left: number; first: Promise<void> }>();
  const money = { heldMicroUsd: 0, spentMicroUsd: 0, at: undefined as number | undefined };

  async function ask(
    model: VisionModel,
    vote: number,
    question: ModelQuestion,
    signal: AbortSignal,
  ): Promise<ModelReply> {
    const { cacheFor } = options;
    const digest = cacheFor === undefined ? undefined : digestCall(model, question, vote);
    const known = digest && (await findAnswer(scope, digest));
    if (known) return known;
    const key = options.findPaceKey(model);
    const { estimate, counted } = estimateLimitTokens(model, question);
    await takePlace(model, key, counted, signal);
    const heldMicroUsd = await hold(model, estimate);
    const reply = await call(model, key, question, estimate.inputTokens, heldMicroUsd, signal);
    if (digest && cacheFor) await keepAnswer(scope, cacheFor, digest, reply);
    return reply;
  }

  /** The first call of an attempt takes places for all that are expected; a later one waits here rather than lose them. */
  async function takePlace(
    model: VisionModel,
    key: string,
    tokens: number,
    signal: AbortSignal,
  ): Promise<void> {
    const known = granted.get(key);
    if (known === undefined) {
      const first = takeFirst(key, tokens, signal);
      granted.set(key, { left: options.calls - 1, first });
      return first;
    }
    await known.first;
    if (known.left > 0) {
      known.left -= 1;
      return;
    }
    const ask = { tenantId: scope.tenantId, calls: 1, tokens };
    const grant = await pacer.reserve(key, ask);
    const waitMs = Math.max(0, grant.at - scope.clock());
    if (grant.kind === 'LATER' || scope.clock() + waitMs + LEAST_CALL_MS > options.deadline) {
      throw explainBusy(model, grant.kind === 'LATER' ? grant.reason : 'BUSY', grant.at);
    }
    await waitHere(waitMs, signal);
  }

  async function takeFirst(key: string, tokens: number, signal: AbortSignal): Promise<void> {
    const { slot, calls } = options;
    const isKept = slot?.key === key && (await pacer.redeem(key, slot.at));
    const grant = isKept
      ? ({ kind: 'SLOT', at: slot.at } as const)
      : await pacer.reserve(key, { tenantId: scope.tenantId, calls, tokens: tokens * calls });
    if (grant.kind === 'LATER' && grant.reason === 'OUTAGE') throw explainOutage(grant.at - scope.clock());
    const plan = planReturn(grant, scope.clock(), options.tries, Math.random());
    if (plan.kind === 'WAIT') return waitHere(plan.ms, signal);
    const waitMs = Math.max(0, grant.at - scope.clock());
    const isInTime = scope.clock() + waitMs + LEAST_CALL_MS <= options.deadline;
    // Other models of the panel may have been asked, and paid, by now.
    if (
      grant.kind === 'SLOT' &&
      !options.failFast &&
      isInTime &&
      !(options.mayReturn && granted.size === 1)
    ) {
      return waitHere(waitMs, signal);
    }
    if (options.failFast) throw explainFailFast(plan.seconds);
    throw new PacedError(plan.seconds, plan.slotAt === undefined ? undefined : { key, at: plan.slotAt });
  }

  /** Money for the dearest way the call can end; of a model without a price only a profile without limits may ask. */
  async function hold(
    model: VisionModel,
    estimate: { inputTokens: number; outputTokens: number },
  ): Promise<number> {
    const { dailyMicroUsd, monthlyMicroUsd } = purse.limits;
    const price = priceCall(model.traits.prices, estimate, scope.clock());
    if (price === null) {
      if (dailyMicroUsd === undefined && monthlyMicroUsd === undefined) return 0;
      throw new ModelError(
        'PRICE_UNKNOWN',
        `The profile has a spending limit; what "${model.id}" costs is not known.`,
      );
    }
    const microUsd = Math.ceil(price);
    if (microUsd === 0) return 0;
    let held: Hold;
    try {
      held = await holdSpend(scope, purse, microUsd);
    } catch (error) {
      if (error instanceof LimitError) throw new ModelError('SPEND_LIMIT', error.message, { cause: error });
      throw error;
    }
    money.heldMicroUsd += held.microUsd;
    money.at ??= held.at;
    return held.microUsd;
  }

  async function call(
    model: VisionModel,
    key: string,
    question: ModelQuestion,
    estimatedInput: number,
    heldMicroUsd: number,
    signal: AbortSignal,
  ): Promise<ModelReply> {
    const askedAt = scope.clock();
    try {
      const reply = await model.ask(question, signal);
      const tokenError = reply.usage === undefined ? 0 : reply.usage.inputTokens - estimatedInput;
      money.spentMicroUsd += priceCall(model.traits.prices, reply.usage, askedAt) ?? heldMicroUsd;
      await pacer.report(key, describeEnd(reply.quota), tokenError);
      return reply;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      // Nobody knows whether the provider charges for an answer that did not arrive, or not as one.
      if (MAY_HAVE_COST.has(error.code)) money.spentMicroUsd += heldMicroUsd;
      await pacer.report(key, describeEnd(error.quota, error));
      throw error;
    }
  }

  return {
    guard: (model, vote) =>
      model.provider === 'loupe'
        ? model
        : { ...model, ask: (question, signal) => ask(model, vote, question, signal) },
    settle: async () => {
      if (money.at === undefined) return;
      const hold: Hold = { microUsd: money.heldMicroUsd, at: money.at };
      const writes = settleSpend(scope, purse, hold, Math.round(money.spentMicroUsd));
      if (writes.length > 0) await scope.table.transact(writes);
    },
  };
}

async function waitHere(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((cause: unknown) => {
    throw new ModelError('ABORTED', 'The time was over before the call could begin.', { cause });
  });
}

function explainOutage(waitMs: number): ModelError {
  return new ModelError(
    'OVERLOADED',
    'The provider has failed several times in a row and is left alone for a while.',
    {
      retryAfterMs: waitMs,
    },
  );
}

function explainBusy(model: VisionModel, reason: 'BUSY' | 'OUTAGE', at: number): ModelError {
  const code = reason === 'OUTAGE' ? 'OVERLOADED' : 'RATE_LIMITED';
  const message = `A further call to "${model.id}" found no place before ${new Date(at).toISOString()}.`;
  return new ModelError(code, message);
}

function explainFailFast(seconds: number): ModelError {
  return new ModelError(
    'RATE_LIMITED',
    `The profile does not wait, and a place is free in ${seconds} s only.`,
  );
}
