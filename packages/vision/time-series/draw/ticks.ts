/** A mark on an axis: where, in the axis' unit, and what to write there. */
export interface Tick {
  readonly at: number;
  readonly label: string;
  /** A second line, for what all labels up to the next one have in common: the day of times. */
  readonly below?: string;
}

const MINUS = '−';
/** Beyond these, labels are written with an exponent. */
const LONGEST_PLAIN = 1e7;
const SMALLEST_PLAIN = 1e-4;

/** Ticks at multiples of 1, 2 or 5 × 10^n within [low, high], at most `most` of them (2 or more). */
export function placeTicks(low: number, high: number, most: number): Tick[] {
  const step = pickStep(high - low, most);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
  const format = makeFormat(step, Math.max(Math.abs(low), Math.abs(high)));
  return numbers.map((at) => ({ at, label: format(at) }));
}

/** The smallest 1, 2 or 5 × 10^n that divides `range` into at most `most` − 1 parts. */
export function pickStep(range: number, most: number): number {
  const least = range / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function makeFormat(step: number, largest: number): (value: number) => string {
  const exponent = Math.floor(Math.log10(step) + 1e-9);
  if (largest >= LONGEST_PLAIN || largest < SMALLEST_PLAIN) {
    const digits = Math.max(0, Math.min(15, Math.floor(Math.log10(largest)) - exponent));
    return (value) => (value === 0 ? '0' : writeMinus(value.toExponential(digits).replace('e+', 'e')));
  }
  const decimals = Math.max(0, Math.min(12, -exponent));
  return (value) => writeMinus((Math.abs(value) < step / 2 ? 0 : value).toFixed(decimals));
}

function writeMinus(text: string): string {
  return text.replaceAll('-', MINUS);
}
