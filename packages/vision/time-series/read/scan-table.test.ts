import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { scanPlainly } from '../testing/scan-plain.ts';
import { parseCell } from './parse-number.ts';
import { readTable } from './read-table.ts';
import { type ColumnTask, scanTable } from './scan-table.ts';

const onTooMany = (): never => {
  throw new Error('too many');
};

/** Reads one column of numbers; cells that the fast path leaves become -999, so that it shows. */
function scan(texts: readonly string[], decimal: '.' | ',' = '.'): Float64Array {
  const bytes = Buffer.from(`${texts.join('\n')}\n`);
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

  describe('instants', () => {
    const two = (most: number) =>
      fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
    // Few dates, so that many rows have that of the row before.
    const date = fc.oneof(
      fc.constantFrom('1970-01-01', '2014-04-01', '2014-04-02', '2016-02-29', '0001-01-01', '9999-12-31'),
      fc
        .date({ min: new Date('1600-01-01'), max: new Date('2400-01-01'), noInvalidDate: true })
        .map((day) => day.toISOString().slice(0, 10)),
    );
    const clock = fc
      .tuple(two(23), two(59), two(59), digits(1, 3))
      .map(([hours, minutes, seconds, fraction]) => `${hours}:${minutes}:${seconds}.${fraction}`);

    function scanInstants(texts: readonly string[], read: typeof scanTable) {
      const bytes = Buffer.from(`${texts.join('\n')}\n`);
      const parse = (text: string) => -1e15 - text.length;
      const options = {
        start: 0,
        delimiter: ';',
        decimal: '.',
        expectedRows: 4,
        mostRows: 1e6,
        onTooMany,
      } as const;
      return [...(read(bytes, [{ kind: 'INSTANT', parse }], options).columns[0] ?? [])];
    }

    it('are those of Date, to the millisecond, cut after any part', () => {
      const instant = fc
        .tuple(
          date,
          fc.constantFrom('T', ' '),
          clock,
          fc.integer({ min: 0, max: 5 }),
          fc.constantFrom('', 'Z'),
        )
        .map(([day, between, time, parts, zone]) => {
          if (parts === 0) return { text: day, iso: day };
          const cut = parts < 3 ? time.slice(0, [5, 8][parts - 1]) : time;
          return { text: `${day}${between}${cut}${zone}`, iso: `${day}T${cut}Z` };
        });
      fc.assert(
        fc.property(fc.array(instant, { minLength: 1, maxLength: 50 }), (list) => {
          const found = scanInstants(
            list.map(({ text }) => text),
            scanTable,
          );
          expect(found).toEqual(list.map(({ iso }) => Date.parse(iso)));
        }),
      );
    });

    it('with any byte changed are read, or left to be read as text, as by the twin in plain code', () => {
      const long = fc.tuple(date, clock, digits(0, 8)).map(([day, time, more]) => `${day} ${time}${more}`);
      const changed = fc
        .tuple(long, fc.nat(30), fc.constantFrom(...'0123456789/:;-. TZz\0\u007f'))
        .map(([text, at, byte]) => text.slice(0, at) + byte + text.slice(at + 1));
      fc.assert(
        fc.property(fc.array(fc.oneof(long, changed), { minLength: 1, maxLength: 50 }), (texts) => {
          expect(scanInstants(texts, scanTable)).toEqual(scanInstants(texts, scanPlainly));
        }),
        { numRuns: 200 },
      );
    });

    it('are not made of bytes that are no digits, whatever was read before', () => {
      const texts = ['\0'.repeat(10), '2014-04-01', '2014-04-0\0', '2014-04-31', '2014-04-01'];
      const day = Date.parse('2014-04-01');
      expect(scanInstants(texts, scanTable)).toEqual([-1e15 - 10, day, -1e15 - 10, -1e15 - 10, day]);
    });
  });

  it('reads any text as its twin in plain code does', () => {
    const piece = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...'0123456789.,;- \t\r\n') },
      fc.constantFrom(
        '\n',
        ',',
        '2014-04-01',
        '2016-02-29 23:59:59.125Z',
        '2015-02-29',
        'T00:05',
        '1e5',
        'e-7',
        '\n#',
        '12345678',
      ),
    );
    const kind = fc.constantFrom('SKIP', 'NUMBER', 'INSTANT');
    const layout = fc.record({
      delimiter: fc.constantFrom(',', ';', '\t', ' '),
      decimal: fc.constantFrom('.', ','),
    });
    const text = fc.array(piece, { maxLength: 200 }).map((pieces) => `${pieces.join('')}\n`);
    fc.assert(
      fc.property(
        text,
        fc.array(kind, { minLength: 1, maxLength: 5 }),
        layout,
        (content, kinds, { delimiter, decimal }) => {
          const tasks = kinds.map(
            (each): ColumnTask => ({ kind: each, parse: (cell) => -1000 - cell.length }),
          );
          const options = { start: 0, delimiter, decimal, expectedRows: 3, mostRows: 1e6, onTooMany };
          const found = scanTable(Buffer.from(content), tasks, options);
          const twin = scanPlainly(Buffer.from(content), tasks, options);
          expect({ ...found, columns: found.columns.map((column) => [...column]) }).toEqual({
            ...twin,
            columns: twin.columns.map((column) => [...column]),
          });
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('reads tables longer than its memory, and lines longer than that', () => {
    const rows = Array.from(
      { length: 30_000 },
      (_, i) => `${i},${'9'.repeat(i === 20_000 ? 300_000 : 3)},${-i}`,
    );
    const tasks = [0, 1, 2].map((): ColumnTask => ({ kind: 'NUMBER', parse: Number }));
    const options = {
      start: 0,
      delimiter: ',',
      decimal: '.',
      expectedRows: 3,
      mostRows: 1e6,
      onTooMany,
    } as const;
    const { columns } = scanTable(Buffer.from(`${rows.join('\n')}\n`), tasks, options);
    expect(columns[0]?.every((value, i) => value === i)).toBe(true);
    expect(columns[2]?.every((value, i) => value === -i)).toBe(true);
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
