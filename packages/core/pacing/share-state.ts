import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionFailedError, createTenantScope, type Platform } from '../platform/index.ts';

/** A state that workers share, as one row: what it means is the caller's business. */
export interface SharedStates<State extends object> {
  readonly read: (key: string) => Promise<State | undefined>;
  /**
   * Replaces a state by what `step` makes of it, by compare and set. The step is asked again when another worker was
   * faster; nothing is written when it gives the same state.
   * @throws Error when others are faster 30 times in a row
   */
  readonly update: <Result>(
    key: string,
    step: (state: State | undefined) => { readonly state: State | undefined; readonly result: Result },
  ) => Promise<Result>;
}

interface Row<State> {
  readonly rev: number;
  readonly state: State;
}

/** The operator's own partition: the limits of its credentials belong to no tenant. */
const OPERATOR = 'operator';
const MAX_TRIES = 30;
const LONGEST_WAIT_MS = 30;
/** A credential and model that nobody uses for this long are forgotten. */
const LIFE_SECONDS = 7 * 86_400;

/** States under keys of the given kind, e.g. `pace`. Keys hold no secret. */
export function openSharedStates<State extends object>(
  platform: Platform,
  kind: string,
): SharedStates<State> {
  const { table } = createTenantScope(platform, OPERATOR);
  const load = (key: string) => table.getAttached<Row<State>>(kind, key, '#');

  /** Whoever operates the service finds states by the register of their keys; a key stays there when its state is forgotten. */
  async function register(key: string): Promise<void> {
    try {
      await table.transact([table.attach(`${kind}Keys`, 'all', key, { rev: 1 })]);
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
    }
  }

  return {
    read: async (key) => (await load(key))?.state,
    async update(key, step) {
      for (let attempt = 1; ; attempt += 1) {
        const row = await load(key);
        const { state, result } = step(row?.state);
        if (state === undefined || state === row?.state) return result;
        const next: Row<State> = { rev: (row?.rev ?? 0) + 1, state };
        const ttl = Math.ceil(platform.clock() / 1000) + LIFE_SECONDS;
        try {
          await table.transact([table.attach(kind, key, '#', next, { ttl, replaces: row?.rev })]);
          if (row === undefined) await register(key);
          return result;
        } catch (error) {
          if (!(error instanceof ConditionFailedError) || attempt === MAX_TRIES) throw error;
          await sleep(LONGEST_WAIT_MS * Math.random());
        }
      }
    },
  };
}
