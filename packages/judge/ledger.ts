import { priceCall } from './models/price.ts';
import type { ModelReply, TokenUsage, VisionModel } from './models/vision-model.ts';

/** Most characters of an answer that are kept for audit. */
export const MAX_RAW_ANSWER = 16_384;

/** What the calls of one judgement used together. */
export interface LedgerTotal {
  /** Every answer as written, in order, each cut at MAX_RAW_ANSWER characters. */
  readonly rawAnswers: readonly string[];
  /** All calls together; null when the provider left one of them out. */
  readonly usage: TokenUsage | null;
  /** All calls together, rounded; null when usage or price is not known. */
  readonly costMicroUsd: number | null;
  readonly modelVersion: string;
}

export interface Ledger {
  readonly add: (reply: ModelReply, askedAt: number) => void;
  readonly isEmpty: () => boolean;
  readonly total: () => LedgerTotal;
}

/** Adds up what the calls of one judgement used; one unknown makes the sum unknown. */
export function createLedger(model: VisionModel): Ledger {
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
