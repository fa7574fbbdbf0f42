/** W3C Trace Context, level 1: `00-<trace id>-<parent id>-<flags>`, all hexadecimal. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;
/** AWS's `X-Amzn-Trace-Id`: the same 32 digits with the time set apart. */
const AMAZON_ROOT = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;

/** A trace that one request began or went on with; rows carry it to the steps that follow. */
export interface Trace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The span that the next ones belong under, 16 hexadecimal digits. */
  readonly parentId: string;
}

/** Undefined for anything that is not a `traceparent` of version 00. */
export function parseTraceparent(text: string | undefined): Trace | undefined {
  const [, traceId, parentId] = TRACEPARENT.exec(text ?? '') ?? [];
  return traceId !== undefined && parentId !== undefined ? { traceId, parentId } : undefined;
}

export function renderTraceparent({ traceId, parentId }: Trace): string {
  return `00-${traceId}-${parentId}-01`;
}

/**
 * The trace that a request's headers continue, or a new one.
 * @param randomHex gives that many hexadecimal digits
 */
export function continueTrace(
  headers: Readonly<Record<string, string | undefined>>,
  randomHex: (digits: number) => string,
): Trace {
  const given = parseTraceparent(headers.traceparent);
  if (given) return given;
  const [, time, rest] = AMAZON_ROOT.exec(headers['x-amzn-trace-id'] ?? '') ?? [];
  const traceId = time !== undefined && rest !== undefined ? time + rest : randomHex(32);
  return { traceId, parentId: randomHex(16) };
}
