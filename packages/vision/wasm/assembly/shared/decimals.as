// Decimal digits to the nearest double.

const POWERS = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);
// Every whole number up to here is a double.
export const EXACT: u64 = 9007199254740992;
// Splits a double into halves of 26 bits (Dekker 1971).
const SPLITTER: f64 = 134217729;
// 2^-48: far above the error of the second quotient, a few roundings of 2^-53.
const DOUBT: f64 = 3.552713678800501e-15;

// @ts-ignore: decorator
@inline
export function power(exponent: i32): f64 {
  return load<f64>(POWERS + ((<usize>exponent) << 3));
}

/**
 * digits × 10^-decimals for more than 2^53 digits, correctly rounded. Where that needs more precision than two doubles have: NaN,
 * or one of the two nearest, if that will do.
 */
export function divideMany(digits: u64, decimals: i32, nearlyWillDo: bool): f64 {
  if (decimals == 0) return <f64>digits;
  const divisor = power(decimals);
  const high = <f64>digits;
  const low = <f64>(<i64>(digits - <u64>high));
  const quotient = high / divisor;
  const back = quotient * divisor;
  const qs = SPLITTER * quotient;
  const qh = qs - (qs - quotient);
  const ql = quotient - qh;
  const ds = SPLITTER * divisor;
  const dh = ds - (ds - divisor);
  const dl = divisor - dh;
  const error = ql * dl - (back - qh * dh - ql * dh - qh * dl);
  const correction = (high - back - error + low) / divisor;
  if (nearlyWillDo) return quotient + correction;
  const lower = quotient + correction * (1 - DOUBT);
  return lower == quotient + correction * (1 + DOUBT) ? lower : NaN;
}
