import type { ModelQuestion, ModelReply } from '../models/messages.ts';
import type { ModelError } from '../models/model-error.ts';

/** What one batch may hold at its provider. */
export interface BatchLimits {
  readonly requests: number;
  /** Of its lines together. */
  readonly bytes: number;
}

/** Where a batch stands at its provider. */
export interface BatchStatus {
  /** The provider's. */
  readonly id: string;
  /** The name it was submitted under. */
  readonly name: string | undefined;
  /** In the provider's own word, e.g. `in_progress`. */
  readonly status: string;
  /** Nothing more comes of it: what was answered can be collected. */
  readonly isEnded: boolean;
  /** Requests with an answer, and with an error; undefined where the provider does not say. */
  readonly answered: number | undefined;
  readonly failed: number | undefined;
  /** Why all of it was turned down. RATE_LIMITED: it finds no room among what already waits. */
  readonly refusal: ModelError | undefined;
}

/** What came of one request: a reply, or why there is none. */
export type BatchAnswer =
  | { readonly key: string; readonly reply: ModelReply }
  | { readonly key: string; readonly error: ModelError };

/**
 * A provider's interface for many questions at once, answered within a day at a lower price. Every call is made once,
 * without retries; each throws ModelError.
 */
export interface BatchService {
  readonly limits: BatchLimits;
  /** A question as a line of a batch; `key`, at most 64 characters and once in the batch, comes back with the answer. */
  readonly writeLine: (key: string, question: ModelQuestion) => string;
  /** Learns from a request that was turned down for a parameter; true when it is worth asking without it. */
  readonly learn: (question: ModelQuestion, error: ModelError) => boolean;
  /** Sends a batch off. When it throws TIMEOUT, NETWORK or OVERLOADED the batch may exist: look for its name first. */
  readonly submit: (name: string, lines: readonly string[], signal: AbortSignal) => Promise<BatchStatus>;
  /** The batches of that name, made at `since` (epoch ms) or later, oldest first. */
  readonly find: (name: string, since: number, signal: AbortSignal) => Promise<readonly BatchStatus[]>;
  readonly poll: (id: string, signal: AbortSignal) => Promise<BatchStatus>;
  /** The answers of a batch that ended, in any order; requests that were not reached are missing. */
  readonly collect: (id: string, signal: AbortSignal) => Promise<readonly BatchAnswer[]>;
  /** Asks the provider to stop; it takes a while, and what was answered until then can be collected. */
  readonly cancel: (id: string, signal: AbortSignal) => Promise<void>;
  /** Deletes what the provider keeps of a batch that ended. */
  readonly discard: (id: string, signal: AbortSignal) => Promise<void>;
}
