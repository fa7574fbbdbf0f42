// Decimal numbers of text in rows, one row per line.

import { divideMany, EXACT, power } from './shared/decimals';

// @ts-ignore: decorator
@inline
function isBlank(byte: u32): bool {
  return byte == 0x20 || byte == 0x09 || byte == 0x0d;
}

// @ts-ignore: decorator
@inline
function isComma(byte: u32): bool {
  return byte == 0x2c || byte == 0x3b;
}

// @ts-ignore: decorator
@inline
function scale(mantissa: u64, exponent: i32): f64 {
  const value = <f64>mantissa;
  if (exponent < 0) {
    if (exponent >= -22) return mantissa <= EXACT ? value / power(-exponent) : divideMany(mantissa, -exponent, true);
    if (exponent < -345) return 0;
    let divided = value;
    for (; exponent < -22; exponent += 22) divided /= 1e22;
    return divided / power(-exponent);
  }
  if (exponent <= 22) return value * power(exponent);
  if (exponent > 330) return mantissa == 0 ? 0 : Infinity;
  let multiplied = value;
  for (; exponent > 22; exponent -= 22) multiplied *= 1e22;
  return multiplied * power(exponent);
}

/**
 * Reads up to `most` rows of `columns` numbers from text that ends with a newline just before `end`. Numbers stand apart
 * by blanks, tabs, commas or semicolons; further ones of a row are ignored, missing ones and words are NaN. Empty lines
 * and lines that begin with `#` or `/` are passed over. Value r of column c goes to `values` + 8 (c × `most` + r).
 * Numbers of at most 18 digits of which up to 22 are decimals, and of 15 with a power of ten up to 22, are the nearest double (one in
 * 10^15 of those above 15 digits may be its neighbour); others are within 2 units in the last place.
 * Writes the number of rows and of those with too few values to `report`, and returns where it stopped.
 */
export function scanRows(
  at: usize, end: usize, columns: i32, most: i32, values: usize, report: usize,
): usize {
  let rows: i32 = 0;
  let shortRows: i32 = 0;
  const pitch = (<usize>most) << 3;
  while (at < end && rows < most) {
    let byte: u32 = load<u8>(at);
    while (isBlank(byte)) byte = load<u8>(++at);
    if (byte == 0x0a) {
      at++;
      continue;
    }
    if (byte == 0x23 || byte == 0x2f) {
      while (load<u8>(at++) != 0x0a) {}
      continue;
    }
    let column: i32 = 0;
    let filled = false;
    let place = values + ((<usize>rows) << 3);
    while (byte != 0x0a) {
      if (isBlank(byte)) {
        byte = load<u8>(++at);
        continue;
      }
      if (isComma(byte)) {
        if (!filled) {
          if (column < columns) store<f64>(place, NaN);
          column++;
          place += pitch;
        }
        filled = false;
        byte = load<u8>(++at);
        continue;
      }
      const negative = byte == 0x2d;
      if (negative || byte == 0x2b) byte = load<u8>(++at);
      let mantissa: u64 = 0;
      let exponent: i32 = 0;
      let digits: i32 = 0;
      let valid = false;
      for (let digit = byte - 0x30; digit < 10; digit = byte - 0x30) {
        valid = true;
        if (digits < 18) {
          mantissa = mantissa * 10 + digit;
          digits += i32(mantissa != 0);
        } else exponent++;
        byte = load<u8>(++at);
      }
      if (byte == 0x2e) {
        byte = load<u8>(++at);
        for (let digit = byte - 0x30; digit < 10; digit = byte - 0x30) {
          valid = true;
          if (digits < 18) {
            mantissa = mantissa * 10 + digit;
            digits += i32(mantissa != 0);
            exponent--;
          }
          byte = load<u8>(++at);
        }
      }
      if (valid && (byte | 0x20) == 0x65) {
        byte = load<u8>(++at);
        const smaller = byte == 0x2d;
        if (smaller || byte == 0x2b) byte = load<u8>(++at);
        let power: i32 = 0;
        valid = byte - 0x30 < 10;
        for (let digit = byte - 0x30; digit < 10; digit = byte - 0x30) {
          power = min(power * 10 + <i32>digit, 9999);
          byte = load<u8>(++at);
        }
        exponent += smaller ? -power : power;
      }
      let value = NaN;
      if (valid && (isBlank(byte) || isComma(byte) || byte == 0x0a)) {
        value = scale(mantissa, exponent);
        if (negative) value = -value;
      } else {
        while (!isBlank(byte) && !isComma(byte) && byte != 0x0a) byte = load<u8>(++at);
      }
      if (column < columns) store<f64>(place, value);
      column++;
      place += pitch;
      filled = true;
    }
    at++;
    shortRows += i32(column < columns);
    for (; column < columns; column++, place += pitch) store<f64>(place, NaN);
    rows++;
  }
  store<i32>(report, rows);
  store<i32>(report, shortRows, 4);
  return at;
}
