import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { parseCell } from './parse-number.ts';
import { readTable } from './read-table.ts';
import { scanTable } from './scan-table.ts';

/** Reads one column of numbers; cells that the fast path leaves become -999, so that it shows. */
function scan(texts: readonly string[], decimal: '.' | ',' = '.'): Float64Array {
  const bytes = Buffer.from(`${texts.join('\n')}\n`);
  const onTooMany = () => {
    throw new Error('too many');
  };
  const { columns } = scanTable(
    bytes,
    [{ kind: 'NUMBER', parse: (text) => parseCell(text, decimal) ?? -999 }],
    {
      start: 0,
      delimiter: ';',
      decimal,
      expectedRows: 4,
      mostRows: 1e6,
      onTooMany,
    },
  );
  return columns[0] ?? new Float64Array(0);
}

const digits = (least: number, most: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
    .map((list) => list.join(''));

describe('scanTable', () => {
  it('reads every decimal as Number() does, bit for bit', () => {
    const sign = fc.constantFrom('', '-', '+');
    const exponent = fc.oneof(
      { weight: 4, arbitrary: fc.constant('') },
      fc
        .tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), fc.integer({ min: 0, max: 330 }))
        .map(([e, n]) => `${e}${n}`),
    );
    const decimal = fc
      .tuple(sign, digits(0, 22), fc.constantFrom('', '.'), digits(0, 25), exponent)
      .filter(([, whole, point, fraction]) => whole !== '' || (point === '.' && fraction !== ''))
      .map(([s, whole, point, fraction, e]) => `${s}${whole}${point}${point === '' ? '' : fraction}${e}`);
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 1, maxLength: 50 }), (texts) => {
        const numbers = scan(texts);
        expect(texts.filter((text, i) => !Object.is(numbers[i], Number(text)))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('reads doubles written in full, and one unit in the 17th digit beside them', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-6, max: 1e9 }), (value) => {
        const texts = [
          `${value}`,
          value.toPrecision(17),
          value.toPrecision(16),
          value.toFixed(12),
          value.toPrecision(19),
        ];
        expect([...scan(texts)]).toEqual(texts.map(Number));
      }),
      { numRuns: 2000 },
    );
  });

  it('rounds the middle between two doubles to even, as IEEE 754 asks', () => {
    // 2^53 + 1 and 2^53 + 3 lie exactly between two doubles.
    const texts = ['9007199254740993', '9007199254740995', '0.9007199254740993', '900719925474099.3'];
    expect([...scan(texts)]).toEqual(texts.map(Number));
    expect(scan(texts)[0]).toBe(2 ** 53);
  });

  it('reads a decimal comma', () => {
    expect([...scan(['1,5', '-0,25', '1.234,5', '7'], ',')]).toEqual([1.5, -0.25, 1234.5, 7]);
  });

  it('takes empty cells and the words for nothing as gaps', () => {
    const texts = ['1', ' ', 'NaN', 'n/a', 'null', '-', '2'];
    expect([...scan(texts)]).toEqual([1, ...Array.from({ length: 5 }, () => Number.NaN), 2]);
  });

  it('grows with the rows and stops at the limit', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i},${i * 2}`).join('\r\n');
    const bytes = Buffer.from(`a,b\r\n${rows}`);
    const { channels } = readTable(bytes, DEFAULT_LIMITS);
    expect(channels.map(({ values }) => values.at(-1))).toEqual([4999, 9998]);
    expect(() => readTable(bytes, { ...DEFAULT_LIMITS, maxValues: 9999 })).toThrow(
      'at most 9999 are accepted',
    );
  });
});
