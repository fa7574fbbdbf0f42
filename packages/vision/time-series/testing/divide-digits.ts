/** 10^0 to 10^22: the powers of ten that a double holds exactly. */
export const POWERS: readonly number[] = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Digits that fit a double exactly whatever they are. */
export const EXACT_DIGITS = 15;
const MOST_DIGITS = 19;
/** 2^27 + 1: splits a double into two halves of 26 bits (Dekker 1971, Veltkamp). */
const SPLITTER = 134_217_729;
/** Far above the error of the second quotient (a few roundings of 2^-53), far below what would matter. */
const DOUBT = 2 ** -48;

/**
 * The double nearest to the decimal `digits` × 10^-`decimals`, for 16 to 19 digits and at most 22 decimals, or
 * `undefined` when it lies too near the middle of two doubles to tell without more precision.
 *
 * The digits, as an exact sum of two doubles, are divided by the exact power: quotient, exact remainder, second quotient.
 * When the sum rounds alike for both ends of the second quotient's error, that is the correctly rounded result.
 * @param high the first 15 digits as a whole number
 * @param rest the digits after these
 * @param restCount how many, 1 to 4
 */
export function divideDigits(
  high: number,
  rest: number,
  restCount: number,
  decimals: number,
): number | undefined {
  if (restCount > MOST_DIGITS - EXACT_DIGITS || decimals > 22) return undefined;
  const power = POWERS[restCount] as number;
  const product = high * power;
  const productError = multiplyError(high, power, product);
  const sum = product + rest;
  const low = rest - (sum - product) + productError;
  const divisor = POWERS[decimals] as number;
  const quotient = sum / divisor;
  const back = quotient * divisor;
  const remainder = sum - back - multiplyError(quotient, divisor, back) + low;
  const correction = remainder / divisor;
  const lower = quotient + correction * (1 - DOUBT);
  return lower === quotient + correction * (1 + DOUBT) ? lower : undefined;
}

/** Exactly a × b − product, for product = a × b rounded. */
function multiplyError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
