import type { BatchService } from '../batch/batch-service.ts';
import type { ModelQuestion, ModelReply } from './messages.ts';

export type * from './messages.ts';

/** What is known of a model before it is asked. */
export interface ModelTraits {
  /** Most pictures of one call; null when not known. */
  readonly imagesPerCall: number | null;
  /** Default of `maxTokens`: 300 as in arXiv 2403.11083, more where thinking counts against it. */
  readonly maxTokens: number;
  /** Price periods and tiers, the first that fits holds; empty when not known. */
  readonly prices: readonly ModelPrice[];
  /** It always compares with the references, whatever the prompt says. */
  readonly comparesReferences: boolean;
  /** Absent means that nothing is stated. */
  readonly capabilities?: ModelCapabilities;
}

/** What a model can do; null where it is not stated, which is then tried, and left out once it is refused. */
export interface ModelCapabilities {
  /** Its answer can be held to a JSON Schema. */
  readonly structuredOutput: boolean | null;
  readonly logprobs: boolean | null;
  readonly seed: boolean | null;
  readonly temperature: boolean | null;
  /** Its provider takes it in cheaper batches. */
  readonly batch: boolean | null;
  /** Most tokens of question and answer together. */
  readonly contextTokens: number | null;
  /** What a picture costs in tokens, as an estimate before the call. */
  readonly imageTokens: ImageTokenRule;
}

export type ImageTokenRule =
  /** Every picture the same. */
  | { readonly kind: 'FLAT'; readonly tokens: number }
  /** Made to fit `fitPx` a side, then `shortSidePx` on its shorter one; so much a tile, and a base. */
  | {
      readonly kind: 'TILES';
      readonly base: number;
      readonly perTile: number;
      readonly tilePx: number;
      readonly fitPx: number;
      readonly shortSidePx: number;
    }
  /** One patch a token, times a factor; made smaller until there are at most `maxPatches`. */
  | {
      readonly kind: 'PATCHES';
      readonly patchPx: number;
      readonly maxPatches: number;
      readonly factor: number;
      /** At most so many of a picture that is sent as it is; absent means `maxPatches`. */
      readonly maxOriginalPatches?: number;
      /** Most tokens of a picture of low detail; absent means that the detail makes no difference. */
      readonly lowTokens?: number;
    };

/** What a provider charges, with where and when that was read. */
export interface ModelPrice {
  /** USD per million tokens read. */
  readonly inputUsd: number;
  /** USD per million tokens read from the cache; absent means the full price. */
  readonly cachedInputUsd?: number;
  /** USD per million tokens put into the cache; absent means the price of tokens read. */
  readonly cacheWriteUsd?: number;
  /** USD per million tokens written. */
  readonly outputUsd: number;
  /** Holds for calls of at most this many tokens read. */
  readonly maxInputTokens?: number;
  /** Last day (ISO date, UTC) on which it holds. */
  readonly until?: string;
  /** ISO date on which it was read. */
  readonly statedOn: string;
  readonly source: string;
}

/** A model that can be shown pictures and asked about them. */
export interface VisionModel {
  readonly id: string;
  readonly provider: string;
  readonly traits: ModelTraits;
  /** Asks once, without retries. @throws ModelError */
  ask(question: ModelQuestion, signal: AbortSignal): Promise<ModelReply>;
  /** Is told of the first questions of a judgement, whatever comes of each, before the first is asked. */
  expect?(questions: readonly ModelQuestion[]): void;
  /** Only where its provider takes batches. */
  readonly batches?: BatchService;
}

/** Epoch milliseconds. */
export type Clock = () => number;
