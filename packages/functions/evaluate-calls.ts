import { openSharedStates } from '@loupe/core/pacing';
import type { TenantScope } from '@loupe/core/platform';
import {
  createLane,
  createPacer,
  type Lane,
  ModelError,
  type ModelQuestion,
  type ModelReply,
  type PaceState,
  type VisionModel,
} from '@loupe/judge';
import { computeBackoffMs } from './batch.ts';
import { describeEnd } from './describe-end.ts';
import { explainFailure } from './explain-failure.ts';
import { estimateLimitTokens } from './limit-tokens.ts';
import { platform } from './platform.ts';
import { findTenantPaceKey } from './tenant-models.ts';

/** Time an answer may take. */
const CALL_MS = 120_000;
/** A longer wait gives the chunk back instead. */
const LONGEST_WAIT_MS = 20_000;

const pacer = createPacer(openSharedStates<PaceState>(platform, 'pace'), platform.clock);
/** This worker's, by tenant and limits. */
const lanes = new Map<string, Lane>();
const MAX_LANES = 200;

/** Thrown when a call would have to wait for longer than this invocation may. */
export class Postponed extends Error {
  override readonly name = 'Postponed';
  readonly delayMs: number;
  /** BUSY: it waits for its place in the provider's limits. FAILING: the provider gives no answers. */
  readonly reason: 'BUSY' | 'FAILING';

  constructor(delayMs: number, reason: 'BUSY' | 'FAILING', cause?: unknown) {
    super('The provider asks for more patience.', { cause });
    this.delayMs = Math.max(0, delayMs);
    this.reason = reason;
  }
}

export interface CallTerms {
  /** Epoch ms after which no call is begun. */
  readonly until: number;
  /** No call is begun once it says so. */
  readonly signal: AbortSignal;
  /** Whether a call that the provider fails is made again. */
  readonly isPatient: boolean;
}

export interface ItemCalls {
  /** The model, asked behind inspections within the provider's limits, and again while it fails. */
  readonly guard: (model: VisionModel) => VisionModel;
  /** Longest time that one of the models waited for its turns, in ms. */
  readonly waitedMs: () => number;
  /** Why the item has to come again, whatever was made of the calls that were answered. */
  readonly postponed: () => Postponed | undefined;
}

/** Makes the calls of one item. */
export function paceCalls(scope: TenantScope, terms: CallTerms): ItemCalls {
  let [waitedMs, postponed]: [number, Postponed | undefined] = [0, undefined];

  function guard(model: VisionModel): VisionModel {
    if (model.provider === 'loupe') return { ...model, ask: (question) => askInTime(model, question) };
    const lane = findLane(scope, findTenantPaceKey(model));
    let mine = 0;
    const note = (ms: number) => {
      mine += ms;
      waitedMs = Math.max(waitedMs, mine);
    };
    return {
      ...model,
      ask: async (question) => {
        try {
          return await askUntilAnswered(lane, model, question, terms, note);
        } catch (error) {
          if (error instanceof Postponed) postponed ??= error;
          throw error;
        }
      },
    };
  }

  return { guard, waitedMs: () => waitedMs, postponed: () => postponed };
}

async function askUntilAnswered(
  lane: Lane,
  model: VisionModel,
  question: ModelQuestion,
  terms: CallTerms,
  noteWait: (ms: number) => void,
): Promise<ModelReply> {
  const from = platform.clock();
  for (let tries = 1; ; tries++) {
    await waitForTurn(lane, model, question, terms);
    const begunAt = platform.clock();
    try {
      const reply = await call(model, question);
      noteWait(begunAt - from);
      return reply;
    } catch (error) {
      await waitToRetry(error, tries, terms);
    }
  }
}

function findLane(scope: TenantScope, key: string): Lane {
  const name = `${scope.tenantId} ${key}`;
  const known = lanes.get(name);
  if (known) return known;
  const lane = createLane(pacer, { key, tenantId: scope.tenantId, clock: platform.clock, sleep });
  if (lanes.size >= MAX_LANES) lanes.clear();
  lanes.set(name, lane);
  return lane;
}

async function waitForTurn(
  lane: Lane,
  model: VisionModel,
  question: ModelQuestion,
  { until, signal, isPatient }: CallTerms,
): Promise<void> {
  const { counted } = estimateLimitTokens(model, question);
  for (;;) {
    const turn = await lane.take(counted, until, signal);
    if (turn.kind === 'GO') return;
    const delayMs = turn.at - platform.clock();
    if (turn.reason === 'BUSY' || signal.aborted) throw new Postponed(0, 'BUSY');
    if (!isPatient) {
      throw new ModelError('OVERLOADED', 'The provider has failed several times in a row.', {
        retryAfterMs: delayMs,
      });
    }
    if (delayMs > LONGEST_WAIT_MS || turn.at > until) throw new Postponed(delayMs, 'FAILING');
    await sleep(delayMs, signal);
  }
}

/** @throws the error, when it is not worth another try */
async function waitToRetry(
  error: unknown,
  tries: number,
  { until, signal, isPatient }: CallTerms,
): Promise<void> {
  if (!isPatient || !(error instanceof ModelError) || !explainFailure(error).retryable) throw error;
  const delayMs = Math.max(error.retryAfterMs ?? 0, computeBackoffMs(tries));
  if (delayMs > LONGEST_WAIT_MS || platform.clock() + delayMs > until) {
    throw new Postponed(delayMs, 'FAILING', error);
  }
  await sleep(delayMs, signal);
}

async function call(model: VisionModel, question: ModelQuestion): Promise<ModelReply> {
  const key = findTenantPaceKey(model);
  const { inputTokens } = estimateLimitTokens(model, question).estimate;
  try {
    const reply = await askInTime(model, question);
    const tokenError = reply.usage === undefined ? 0 : reply.usage.inputTokens - inputTokens;
    await pacer.report(key, describeEnd(reply.quota), tokenError);
    return reply;
  } catch (error) {
    if (error instanceof ModelError) await pacer.report(key, describeEnd(error.quota, error));
    throw error;
  }
}

async function askInTime(model: VisionModel, question: ModelQuestion): Promise<ModelReply> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), CALL_MS);
  try {
    return await model.ask(question, patience.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends early when the signal says so. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
