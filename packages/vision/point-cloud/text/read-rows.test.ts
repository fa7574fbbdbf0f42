import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRows } from './read-rows.ts';

it('reads doubles written in full, 18 digits and 22 decimals at most, as JavaScript does', () => {
  const written = fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })
    .chain((value) => fc.constantFrom(value.toFixed(6), value.toPrecision(17), value.toPrecision(18)))
    .filter((text) => !text.includes('e') && (text.split('.')[1] ?? '').length <= 22);
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 200 }), (texts) => {
      const numbers: number[] = [];
      readRows(
        Buffer.from(texts.join('\n')),
        { start: 0, columns: 1, maxRows: texts.length },
        ({ values, rows }) => void numbers.push(...values.subarray(0, rows)),
      );
      expect(texts.filter((text, i) => !Object.is(numbers[i], Number(text)))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
