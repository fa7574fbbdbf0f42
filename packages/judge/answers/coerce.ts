import type { Loose } from './loose-json.ts';

/** A field as read, and whether the model wrote it in the protocol's own type. */
export interface Coerced<Value> {
  readonly value: Value;
  readonly exact: boolean;
}

const YES_OR_NO: Readonly<Record<string, 0 | 1>> = { '0': 0, '1': 1, '0.0': 0, '1.0': 1, false: 0, true: 1 };

/** A verdict with its meaning behind it, e.g. `0 (anomaly)` or `1 - no anomaly`; no second number may follow. */
const WITH_MEANING = /^([01])\s*[(:,–—-][^\d]*$/;

/** `correctness`: 1 no anomaly, 0 anomaly, no partial credit; also as text or boolean. */
export function readCorrectness(value: Loose | undefined): Coerced<0 | 1> | undefined {
  if (value === 0 || value === 1) return { value, exact: true };
  if (typeof value === 'boolean') return { value: value ? 1 : 0, exact: false };
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  const read = YES_OR_NO[WITH_MEANING.exec(word)?.[1] ?? word];
  return read === undefined ? undefined : { value: read, exact: false };
}

const PERCENT = /^(\d{1,3}(?:\.\d+)?)\s?(?:%|％|per\s?cent)$/i;
const FRACTION = /^(\d{1,3}(?:\.\d+)?)\s?\/\s?(10{0,2})$/;
const DECIMAL = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Longer texts are no scores. */
const MAX_SCORE = 60;

/**
 * `anomaly_score`: a number from 0 to 1; also as text, in per cent or of 10 or 100 where that is written, with a decimal comma, a
 * sign for "about" before it or a remark in brackets after it. A bare 85 is not guessed at: it may be of 100 or of 1000.
 */
export function readScore(value: Loose | undefined): Coerced<number> | undefined {
  const exact = typeof value === 'number';
  const number = exact ? value : typeof value === 'string' ? parseScore(value.trim()) : Number.NaN;
  return number >= 0 && number <= 1 ? { value: number, exact } : undefined;
}

function parseScore(text: string): number {
  if (text.length > MAX_SCORE) return Number.NaN;
  const plain = text
    .replace(/^[~≈≥≤<>]=?\s*/, '')
    .replace(/\s*\([^()]*\)$/, '')
    .replace(/^(\d+),(\d+)/, '$1.$2');
  const percent = PERCENT.exec(plain)?.[1];
  if (percent !== undefined) return Number(percent) / 100;
  const [, part, whole] = FRACTION.exec(plain) ?? [];
  if (part !== undefined) return Number(part) / Number(whole);
  return DECIMAL.test(plain) ? Number(plain) : Number.NaN;
}
