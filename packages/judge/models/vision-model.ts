/** A picture that goes with a question. */
export interface ModelImage {
  readonly role: 'reference' | 'query';
  /** Which view of its sample it is, from 0. */
  readonly view: number;
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface ModelQuestion {
  readonly text: string;
  /** References first, then the query's views; an adapter puts the text where its provider's protocol has it. */
  readonly images: readonly ModelImage[];
  /** Most tokens of the answer, those of thinking included. */
  readonly maxTokens: number;
  /** 0 to 2; absent means the adapter's default. */
  readonly temperature?: number;
  /** JSON Schema of the answer, for providers that can hold a model to it. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface TokenUsage {
  /** Tokens read, cached ones included. */
  readonly inputTokens: number;
  /** Tokens written, those of thinking included. */
  readonly outputTokens: number;
}

/** A rectangle in pixels of one of the query's views. */
export interface ScoredRegion {
  readonly view: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Strength, 0 to 1. */
  readonly score: number;
}

/** Anomaly scores over one of the query's views, row by row, on a grid of its own size. */
export interface AnomalyMap {
  readonly view: number;
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

export interface ModelReply {
  /** The answer as the model wrote it; empty when it refused. */
  readonly text: string;
  readonly finish: 'complete' | 'truncated' | 'refused';
  /** What the provider says of a refusal. */
  readonly refusal?: string;
  /** Undefined when the provider does not say. */
  readonly usage: TokenUsage | undefined;
  /** The model that answered, as its provider names it. */
  readonly modelVersion?: string;
  readonly latencyMs: number;
  /** What only a detector that measures can give. */
  readonly extras?: { readonly regions: readonly ScoredRegion[]; readonly map?: AnomalyMap };
}

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
}

/** What a provider charges, with where and when that was read. */
export interface ModelPrice {
  /** USD per million tokens read. */
  readonly inputUsd: number;
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
}

/** Epoch milliseconds. */
export type Clock = () => number;
