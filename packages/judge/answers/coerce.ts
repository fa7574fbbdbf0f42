import type { Loose } from './loose-json.ts';

/** A field as read, and whether the model wrote it in the protocol's own type. */
export interface Coerced<Value> {
  readonly value: Value;
  readonly exact: boolean;
}

const YES_OR_NO: Readonly<Record<string, 0 | 1>> = { '0': 0, '1': 1, '0.0': 0, '1.0': 1, false: 0, true: 1 };

/** `correctness`: 1 no anomaly, 0 anomaly, no partial credit; also as text or boolean. */
export function readCorrectness(value: Loose | undefined): Coerced<0 | 1> | undefined {
  if (value === 0 || value === 1) return { value, exact: true };
  if (typeof value === 'boolean') return { value: value ? 1 : 0, exact: false };
  const read = typeof value === 'string' ? YES_OR_NO[value.trim().toLowerCase()] : undefined;
  return read === undefined ? undefined : { value: read, exact: false };
}

const PERCENT = /^(\d{1,3}(?:\.\d+)?)\s*%$/;
const DECIMAL = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * `anomaly_score`: a number from 0 to 1; also as text, or in per cent where the sign is written. A bare 85 is not
 * guessed at: it may be of 100 or of 1000.
 */
export function readScore(value: Loose | undefined): Coerced<number> | undefined {
  const exact = typeof value === 'number';
  const number = exact ? value : typeof value === 'string' ? parseScore(value.trim()) : Number.NaN;
  return number >= 0 && number <= 1 ? { value: number, exact } : undefined;
}

function parseScore(text: string): number {
  const percent = PERCENT.exec(text)?.[1];
  if (percent !== undefined) return Number(percent) / 100;
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}
