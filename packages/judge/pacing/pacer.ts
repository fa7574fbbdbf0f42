import { type Block, reserveBlock } from './block.ts';
import {
  type Ask,
  type Grant,
  isSlotGood,
  type Later,
  type PaceReport,
  type PaceState,
  report,
  reserve,
  startPace,
} from './pace.ts';

/** Where states are shared between workers: one row per credential and model. */
export interface PaceStore {
  readonly read: (key: string) => Promise<PaceState | undefined>;
  /**
   * Replaces the state by what `step` makes of it, by compare and set; asked again when somebody else was faster.
   * Nothing is written when it gives the same state.
   */
  readonly update: <Result>(
    key: string,
    step: (state: PaceState | undefined) => {
      readonly state: PaceState | undefined;
      readonly result: Result;
    },
  ) => Promise<Result>;
}

export interface Pacer {
  /** Asks for the place of some calls. `tokens` is an estimate of them all. */
  readonly reserve: (key: string, ask: Ask) => Promise<Grant>;
  /** Asks for places of calls that nobody waits for, as many as `ask.calls`. */
  readonly reserveBlock: (key: string, ask: Ask) => Promise<Block | Later>;
  /** Whether a place that was given earlier still holds. */
  readonly redeem: (key: string, at: number) => Promise<boolean>;
  /** The same as far as it is known here, without reading. */
  readonly holds: (key: string, at: number) => boolean;
  /** Tells how a call ended. `tokenError`: tokens it read beyond the estimate. Writes only what is news. */
  readonly report: (key: string, end: PaceReport, tokenError?: number) => Promise<void>;
}

/** Paces calls together with all other workers on the same store. Errors of the estimates are kept until the next call. */
export function createPacer(store: PaceStore, clock: () => number): Pacer {
  const debts = new Map<string, number>();
  /** The last state seen of each row: most ends of calls are no news to it and cost neither read nor write. */
  const seen = new Map<string, PaceState>();

  function update<Result>(
    key: string,
    step: (state: PaceState, now: number) => { readonly state: PaceState; readonly result: Result },
  ): Promise<Result> {
    return store.update(key, (stored) => {
      const now = clock();
      const stepped = step(stored ?? startPace(now), now);
      seen.set(key, stepped.state);
      return stepped;
    });
  }

  function take<Result>(
    key: string,
    ask: Ask,
    step: (state: PaceState, ask: Ask, now: number) => { state: PaceState; grant: Result },
  ): Promise<Result> {
    const debt = debts.get(key) ?? 0;
    debts.delete(key);
    const tokens = Math.max(0, ask.tokens + debt);
    return update(key, (state, now) => {
      const { state: next, grant } = step(state, { ...ask, tokens }, now);
      return { state: next, result: grant };
    });
  }

  return {
    reserve: (key, ask) => take(key, ask, reserve),
    reserveBlock: (key, ask) => take(key, ask, reserveBlock),
    holds: (key, at) => {
      const known = seen.get(key);
      return known === undefined || isSlotGood(known, at, clock());
    },
    redeem: async (key, at) => {
      const state = await store.read(key);
      if (state === undefined) return false;
      seen.set(key, state);
      return isSlotGood(state, at, clock());
    },
    report: async (key, end, tokenError = 0) => {
      if (tokenError !== 0) debts.set(key, (debts.get(key) ?? 0) + tokenError);
      const known = seen.get(key);
      if (known !== undefined && report(known, end, clock()) === known) return;
      await update(key, (state, now) => ({ state: report(state, end, now), result: undefined }));
    },
  };
}
