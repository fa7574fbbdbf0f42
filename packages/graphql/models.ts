/** What a million tokens cost, in micro-USD. */
export interface PriceEntry {
  readonly inputMicroUsd: number;
  readonly cachedInputMicroUsd?: number;
  readonly outputMicroUsd: number;
  /** ISO date, or `configured`. */
  readonly statedOn: string;
  readonly source: string;
}

/** A model as the API shows it. */
export interface ModelEntry {
  readonly name: string;
  readonly provider: string;
  /** Whether its provider has a key here. */
  readonly available: boolean;
  /** Why it is not available. */
  readonly reason?: string;
  /** Whether its provider takes it in batches. */
  readonly batches: boolean;
  /** Of question and answer together; absent, as the next two, when it is not stated. */
  readonly contextTokens?: number;
  readonly logprobs?: boolean;
  readonly structuredOutput?: boolean;
  /** Of calls in real time; absent when it is not known. */
  readonly price?: PriceEntry;
}

/** The models of this deployment; the functions know them, the API only shows them. */
export interface ModelDirectory {
  readonly list: () => readonly ModelEntry[];
  /** Answers for any name, known or not. */
  readonly find: (name: string) => ModelEntry;
  /**
   * Likely cost of one question with pictures of these sizes, in micro-USD; null when the price is not known. In ECONOMY
   * it is asked in a batch.
   */
  readonly price: (
    name: string,
    question: { readonly images: readonly { readonly widthPx: number; readonly heightPx: number }[] },
    mode: 'REALTIME' | 'ECONOMY',
  ) => number | null;
}

const PREFIX = 'mdl_';

/** A model's global id: its name, made opaque. */
export function encodeModelId(name: string): string {
  return PREFIX + Buffer.from(name).toString('base64url');
}

/** The name in a model's id; undefined when the id is no model's. */
export function decodeModelId(id: string): string | undefined {
  if (!id.startsWith(PREFIX)) return undefined;
  const name = Buffer.from(id.slice(PREFIX.length), 'base64url').toString();
  return encodeModelId(name) === id ? name : undefined;
}
