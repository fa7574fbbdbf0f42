/**
 * A limit that is stated nowhere is measured: between two refusals the provider has let through exactly what its limit gave
 * it, whatever it had saved up before. The measured limit is kept for thousands of calls, a little below, before more is
 * tried again, so that the refusals that this costs are few among many calls.
 */

/** Calls let through since a moment when the provider had nothing left to give. */
export interface Measure {
  /** Epoch ms. */
  readonly from: number;
  readonly calls: number;
}

export interface Ceiling {
  readonly perMinute: number;
  /** How often it was found. */
  readonly found: number;
}

/** A limit that the provider does not state, after its first refusal. */
export interface Unstated {
  readonly perMinute: number;
  /** Calls let through since the last refusal while others waited. */
  readonly callsSinceCut: number;
  /** The measurement that is going on. */
  readonly measure?: Measure | undefined;
  /** What the last measurement gave. */
  readonly ceiling?: Ceiling | undefined;
}

/** A measurement takes this long at least: that calls begin some 100 ms late or early then matters little. */
const MEASURE_CALLS = 200;
const MEASURE_MS = 120_000;
/** Calls that a count may be off by, which makes an upper bound of it. */
const OFF_BY = 2;
/** Of few calls, or within the minute that some providers look back over, a bound is taken with caution. */
const BOUND_CALLS = 20;
const BOUND_MS = 60_000;
const DEEPEST_CUT = 0.9;
/** A refusal takes at least this much off. */
const CUT = 0.995;
const COARSE_CUT = 0.97;
/** Whoever was let through above what was counted, for a good part of it, was not at the limit all along. */
const TOO_FAST = 1.05;
const LONG_PART = 0.25;
/** Of the measured limit this much is used. */
const HELD = 0.99;
/** Calls at the measured limit before more is tried, the first time; then twice as many each time. */
const FIRST_HOLD = 3000;
const LONGEST_HOLD = 24_000;
/** So few calls after a refusal the next one says the same. */
const SOON = 100;

/** Growth per call: before anything is measured, while it is, and after so many calls of that without a refusal. */
const SEARCH_GROWTH = 0.002;
const MEASURE_GROWTH = 0.000_02;
const STUCK_CALLS = 300;
const STUCK_GROWTH = 0.000_3;
/** Growth per call when more is tried. */
const PROBE_GROWTH = 0.000_02;
/** So far above the ceiling the provider would have refused by now: it has more, which is worth finding. */
const RAISED = [
  { above: 1.25, growth: 0.000_5 },
  { above: 1.1, growth: 0.000_1 },
] as const;

/**
 * What a refusal at `now` says of an unstated limit.
 * @param measured calls since the measurement began; undefined without one.
 */
export function measureUnstated(
  limit: Unstated,
  measured: number | undefined,
  now: number,
): Pick<Unstated, 'perMinute' | 'measure' | 'ceiling'> {
  const { perMinute, ceiling, measure, callsSinceCut } = limit;
  const begin = { perMinute: perMinute * CUT, ceiling: undefined, measure: { from: now, calls: 0 } };
  if (ceiling) {
    const isFoundAgain = perMinute > ceiling.perMinute && perMinute < ceiling.perMinute * TOO_FAST * TOO_FAST;
    if (isFoundAgain) return keep(ceiling.perMinute, ceiling.found + 1);
    return perMinute > ceiling.perMinute || callsSinceCut < SOON
      ? begin
      : keep(ceiling.perMinute * CUT, ceiling.found);
  }
  if (!measure || measured === undefined) return begin;
  const ms = Math.max(1, now - measure.from);
  const counted = (measured * 60_000) / ms;
  if (perMinute > counted * TOO_FAST && callsSinceCut > Math.max(SOON, measured * LONG_PART)) return begin;
  if (measured >= MEASURE_CALLS && ms >= MEASURE_MS) return keep(counted, 1);
  if (measured < BOUND_CALLS) return { perMinute: perMinute * COARSE_CUT, measure };
  // An upper bound of the limit, which comes down to it as calls are counted.
  const bound = ((measured + OFF_BY) * 60_000) / ms;
  const least = ms < BOUND_MS ? perMinute * DEEPEST_CUT : 0;
  return { perMinute: Math.min(perMinute * CUT, Math.max(bound, least)), measure };
}

/** Growth per call, as a part of the limit. */
export function growUnstated({ perMinute, callsSinceCut, measure, ceiling }: Unstated): number {
  if (!ceiling) {
    if (!measure) return SEARCH_GROWTH;
    return callsSinceCut < STUCK_CALLS ? MEASURE_GROWTH : STUCK_GROWTH;
  }
  if (callsSinceCut < Math.min(LONGEST_HOLD, FIRST_HOLD * 2 ** (ceiling.found - 1))) return 0;
  return RAISED.find(({ above }) => perMinute > ceiling.perMinute * above)?.growth ?? PROBE_GROWTH;
}

function keep(perMinute: number, found: number): Pick<Unstated, 'perMinute' | 'measure' | 'ceiling'> {
  return { perMinute: perMinute * HELD, ceiling: { perMinute, found }, measure: undefined };
}
