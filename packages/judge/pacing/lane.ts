import type { Pacer } from './pacer.ts';

/** What a call that nobody waits for may do. */
export type Turn =
  | { readonly kind: 'GO' }
  /** Not before `at`; it gave up its place. */
  | { readonly kind: 'LATE'; readonly at: number; readonly reason: 'BUSY' | 'OUTAGE' };

/** A worker's background calls on one credential and model, for one tenant. */
export interface Lane {
  /**
   * Waits until a call may begin.
   * @param tokens estimate of what it uses
   * @param until epoch ms after which it is not begun
   */
  readonly take: (tokens: number, until: number, signal: AbortSignal) => Promise<Turn>;
}

export interface LaneOptions {
  readonly key: string;
  readonly tenantId: string;
  readonly clock: () => number;
  /** Ends early when the signal says so. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A place not used this long after its time is given up, so that calls do not bunch. */
const PLACE_LIFE_MS = 2000;
/** After a longer wait others may know of a refusal that is not known here. */
const LONG_WAIT_MS = 1500;
/** A worker asks for as many places at once as it used within this time. */
const SPAN_MS = 1000;

interface Place {
  readonly at: number;
  readonly isProbe: boolean;
}

/** Takes places in blocks and gives them to calls in the order in which they come. */
export function createLane(
  pacer: Pick<Pacer, 'reserveBlock' | 'redeem' | 'holds'>,
  { key, tenantId, clock, sleep }: LaneOptions,
): Lane {
  let places: Place[] = [];
  let begun: number[] = [];
  let waiting = 0;
  let line: Promise<unknown> = Promise.resolve();

  /** One call at a time asks the calendar; those behind it mostly find places that it brought. */
  function findPlace(tokens: number, signal: AbortSignal): Promise<Place | Turn> {
    waiting += 1;
    const mine = line.then(() => nextPlace(tokens, signal));
    const leave = () => {
      waiting -= 1;
    };
    line = mine.then(leave, leave);
    return mine;
  }

  async function nextPlace(tokens: number, signal: AbortSignal): Promise<Place | Turn> {
    for (;;) {
      const now = clock();
      if (signal.aborted) return { kind: 'LATE', at: now, reason: 'BUSY' };
      places = places.filter(({ at }) => at > now - PLACE_LIFE_MS);
      const place = places.shift();
      if (place !== undefined) return place;
      begun = begun.filter((at) => at > now - SPAN_MS);
      const calls = Math.max(waiting, begun.length);
      const grant = await pacer.reserveBlock(key, { tenantId, calls, tokens: tokens * calls });
      if (grant.kind === 'BLOCK') {
        const [{ from, everyMs, isProbe }, asked] = [grant, clock()];
        places = Array.from({ length: grant.calls }, (_, n) => ({
          at: Math.max(asked, from + n * everyMs),
          isProbe,
        }));
      } else if (grant.reason === 'OUTAGE') {
        return { kind: 'LATE', at: grant.at, reason: 'OUTAGE' };
      } else {
        await sleep(grant.at - clock(), signal);
      }
    }
  }

  /** Whether nothing was refused and nothing broke down since the place was given. */
  function isGood({ at, isProbe }: Place, waitedMs: number): boolean | Promise<boolean> {
    if (isProbe) return true;
    return waitedMs > LONG_WAIT_MS ? pacer.redeem(key, at) : pacer.holds(key, at);
  }

  return {
    take: async (tokens, until, signal) => {
      for (;;) {
        const place = await findPlace(tokens, signal);
        if ('kind' in place) return place;
        if (place.at > until) return { kind: 'LATE', at: place.at, reason: 'BUSY' };
        const waitMs = place.at - clock();
        if (waitMs > 0) await sleep(waitMs, signal);
        if (signal.aborted) return { kind: 'LATE', at: clock(), reason: 'BUSY' };
        if (!(await isGood(place, waitMs))) continue;
        begun.push(clock());
        return { kind: 'GO' };
      }
    },
  };
}
