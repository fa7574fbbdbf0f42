/** Keeps calls from a provider that is down. Times are epoch ms. */
export interface Circuit {
  /** Failures since the last answer. */
  readonly failures: number;
  /** Calls that began since the first of them. */
  readonly calls: number;
  /** Nobody calls before this; 0 when closed. */
  readonly openUntil: number;
  /** A call is under way to find out whether the provider is back. */
  readonly isProbing: boolean;
  /** How long it opens the next time, in ms. */
  readonly nextOpenMs: number;
}

const FAILURES_TO_OPEN = 5;
/** Single failures among many answers open nothing: at least this part of the calls has to fail. */
const PART_TO_OPEN = 0.5;
const FIRST_OPEN_MS = 5000;
const LONGEST_OPEN_MS = 5 * 60_000;
/** So long a probe may take before the next one is sent. */
const PROBE_MS = 15_000;

export const CLOSED: Circuit = {
  failures: 0,
  calls: 0,
  openUntil: 0,
  isProbing: false,
  nextOpenMs: FIRST_OPEN_MS,
};

/** Whether a call may pass: `CLOSED` always, `PROBE` one that finds out whether the provider is back. */
export function readCircuit(circuit: Circuit, now: number): 'CLOSED' | 'PROBE' | 'OPEN' {
  if (circuit.openUntil === 0) return 'CLOSED';
  return now < circuit.openUntil ? 'OPEN' : 'PROBE';
}

/** Calls begin. Of an open circuit it is one probe at a time: the others wait until it must have ended. */
export function countCalls(circuit: Circuit, calls: number, now: number): Circuit {
  if (circuit.openUntil > 0) return { ...circuit, isProbing: true, openUntil: now + PROBE_MS };
  return circuit.failures === 0 ? circuit : { ...circuit, calls: circuit.calls + calls };
}

/** An outage, a time-out or a broken connection. From the fifth in a row on it opens, each time twice as long. */
export function countFailure(circuit: Circuit, now: number): Circuit {
  const failures = circuit.failures + 1;
  if (failures < FAILURES_TO_OPEN || failures < PART_TO_OPEN * circuit.calls) return { ...circuit, failures };
  // A call that was under way when it opened says nothing new; a failed probe does.
  if (circuit.openUntil > now && !circuit.isProbing) return circuit;
  return {
    failures,
    calls: circuit.calls,
    openUntil: now + circuit.nextOpenMs,
    isProbing: false,
    nextOpenMs: Math.min(LONGEST_OPEN_MS, circuit.nextOpenMs * 2),
  };
}
