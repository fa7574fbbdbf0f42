import type { Geometry } from '@loupe/vision';
import type { ContentOrder } from './content-order.ts';

/** A picture that goes with a question. */
export interface ModelImage {
  /** `aid`: neither of them as it is, e.g. the query with marks drawn on it, or an earlier case to learn from. */
  readonly role: 'reference' | 'query' | 'aid';
  /** Which view of its sample it is, from 0. */
  readonly view: number;
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** How it lies in its source; adapters of providers leave it out. */
  readonly geometry?: Geometry;
  /** How closely the model looks, where its provider lets one choose; absent means the provider's default. */
  readonly detail?: ImageDetail;
}

/** `original` is never made smaller by the provider, where it has that. */
export type ImageDetail = 'auto' | 'low' | 'high' | 'original';

export interface ModelQuestion {
  readonly text: string;
  /** References first, then the query's views; an adapter puts the text where its provider's protocol has it. */
  readonly images: readonly ModelImage[];
  /** Where the text stands among the pictures; absent means as the provider's adapter has it. */
  readonly order?: ContentOrder;
  /** Most tokens of the answer, those of thinking included. */
  readonly maxTokens: number;
  /** 0 to 2; absent means the adapter's default. */
  readonly temperature?: number;
  /** Makes answers repeatable as far as the provider can; left out where it can't. */
  readonly seed?: number;
  /** Asks for the probabilities of the answer's tokens; left out where the model has none. */
  readonly logprobs?: boolean;
  /** JSON Schema of the answer, for providers that can hold a model to it. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface TokenUsage {
  /** Tokens read: text and pictures, those of the cache included. */
  readonly inputTokens: number;
  /** Of those, tokens the provider had in its cache, which many charge less for. */
  readonly cachedTokens?: number;
  /** Of those read, tokens that were put into the cache, which some charge more for. */
  readonly cacheWriteTokens?: number;
  /** Of those read, tokens of pictures. */
  readonly imageTokens?: number;
  /** Tokens written, those of thinking included. */
  readonly outputTokens: number;
  /** Of those written, tokens of thinking. */
  readonly reasoningTokens?: number;
}

/** One token of an answer and what else might have stood there. */
export interface TokenProbability {
  readonly text: string;
  /** Natural logarithm of its probability. */
  readonly logprob: number;
  /** The likeliest tokens at this place, the chosen one mostly among them. */
  readonly alternatives: readonly { readonly text: string; readonly logprob: number }[];
}

/** A limit of the provider's as its response states it. */
export interface QuotaWindow {
  /** Per minute. */
  readonly limit?: number;
  readonly remaining?: number;
  /** Until all of it is there again, in ms. */
  readonly resetMs?: number;
}

/** What a response says of the limits of its credential and model. */
export interface ProviderQuota {
  readonly requests?: QuotaWindow;
  readonly tokens?: QuotaWindow;
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
  /** The answer's tokens in order; only where they were asked for and the model has them. */
  readonly tokens?: readonly TokenProbability[];
  readonly quota?: ProviderQuota;
  /** What only a detector that measures can give. */
  readonly extras?: { readonly regions: readonly ScoredRegion[]; readonly map?: AnomalyMap };
}
