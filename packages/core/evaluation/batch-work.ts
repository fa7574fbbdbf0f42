/**
 * The work of a chunk in ECONOMY. It goes in waves: each walks over the items, notes what has to be asked of them, and
 * sends that off in packs, each one batch of a provider's. A wave is over when all its packs are; the next one asks what
 * is still open, and a wave that finds nothing to ask completes the chunk.
 */
export interface BatchWork {
  /** From 0. */
  readonly wave: number;
  /** Up to which item this wave has walked. */
  readonly cursor: number;
  /** Of all waves, in the order made. */
  readonly packs: readonly Pack[];
  /** Packs ever made, those before the chunk was opened again included: their names are used once. */
  readonly packCount: number;
  /** Most requests of a pack, once a provider had no room for a larger one. */
  readonly mostRequests?: number | undefined;
  /** While a provider has no room: since when, how often in a row it said so, and when it is asked again. */
  readonly crowded?: { readonly since: number; readonly times: number; readonly until: number } | undefined;
}

export interface Pack {
  /** The name of its batch at the provider, by which it is found again. */
  readonly id: string;
  readonly wave: number;
  readonly model: string;
  /** The items its questions are about, and the one after them. */
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  /** PACKED: whether the provider has it is not known. SUBMITTED: it has. ENDED: what it brought is stored. */
  readonly state: 'PACKED' | 'SUBMITTED' | 'ENDED';
  /** The provider's id of the batch. */
  readonly batchId?: string | undefined;
  /** In the provider's word. */
  readonly status?: string | undefined;
  readonly answered: number;
  readonly failed: number;
  readonly createdAt: number;
  readonly submittedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** The provider was asked to stop it. */
  readonly isCancelled?: boolean | undefined;
}
