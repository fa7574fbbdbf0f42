import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { instantAt } from '../timeline.ts';
import { readTable } from './read-table.ts';

function read(text: string | Uint8Array) {
  const { timeline, channels, notes } = readTable(Buffer.from(text), DEFAULT_LIMITS);
  const { axis, rows } = timeline;
  return {
    axis,
    instants: Array.from({ length: rows }, (_, row) => instantAt(timeline, row)),
    channels: Object.fromEntries(channels.map(({ name, values }) => [name, [...values]])),
    units: channels.map(({ unit }) => unit),
    notes,
  };
}

/** Rows from a start, a step and a formatter, values 10, 11, 12, … */
function table(head: string, write: (row: number) => string, rows: number = 6): string {
  return [head, ...Array.from({ length: rows }, (_, row) => write(row))]
    .filter((line) => line !== '')
    .join('\n');
}

const START = Date.UTC(2024, 0, 30, 12);
const MINUTES = [0, 1, 2, 3, 4, 5].map((minute) => START + minute * 60_000);
const iso = (row: number) => new Date(START + row * 60_000).toISOString();

describe('readTable', () => {
  it.each([
    ['ISO times', table('time,v', (row) => `${iso(row).slice(0, 19)},${10 + row}`)],
    [
      'times with an offset',
      table('time,v', (row) => `${iso(row + 120).replace('Z', '+02:00')},${10 + row}`),
    ],
    ['seconds since 1970', table('ts,v', (row) => `${START / 1000 + row * 60},${10 + row}`)],
    ['milliseconds since 1970', table('ts,v', (row) => `${START + row * 60_000},${10 + row}`)],
    ['microseconds since 1970', table('ts,v', (row) => `${(START + row * 60_000) * 1000},${10 + row}`)],
    ['nanoseconds since 1970', table('ts,v', (row) => `${START + row * 60_000}000000,${10 + row}`)],
    [
      'nanoseconds since 1970 under any name',
      table('ns,v', (row) => `${START + row * 60_000}000000,${10 + row}`),
    ],
    ['no header', table('', (row) => `${iso(row).slice(0, 16)}\t${10 + row}`)],
    ['day first, dots, decimal comma', table('Zeit;v', (row) => `30.01.2024 12:0${row};${10 + row},0`)],
    ['day first, slashes', table('d,v', (row) => `30/01/2024 12:0${row},${10 + row}`)],
    [
      'a decimal comma in every column',
      table(
        'Zeit;v',
        (row) => `${(25569 + (START / 60_000 + row) / 1440).toFixed(9)};${10 + row},0`,
      ).replaceAll('.', ','),
    ],
    ['twelve hours', table('d,v', (row) => `01/30/2024 12:0${row} PM,${10 + row}`)],
    ['date and time apart', table('d,t,v', (row) => `2024-01-30,12:0${row}:00,${10 + row}`)],
    ['spaces between columns', table('', (row) => `2024-01-30 12:0${row}:00   ${10 + row}`)],
    ['a preamble and units', table('Logger 7\nSN 1234\n\ntime;v\ns;V', (row) => `${iso(row)};${10 + row}`)],
    ['quoted cells', table('"time","v"', (row) => `"${iso(row)}","${10 + row}"`)],
    ['carriage returns', table('time,v', (row) => `${iso(row)},${10 + row}`).replaceAll('\n', '\r\n')],
    ['the old Macintosh', table('time,v', (row) => `${iso(row)},${10 + row}`).replaceAll('\n', '\r')],
    ['a byte order mark', `\ufeff${table('time,v', (row) => `${iso(row)},${10 + row}`)}`],
  ])('understands %s', (_, text) => {
    const { axis, instants, channels } = read(text);
    expect(axis).toBe('TIMESTAMP');
    expect(instants.map(Math.round)).toEqual(MINUTES);
    expect(Object.values(channels)).toEqual([[10, 11, 12, 13, 14, 15]]);
  });

  it.each([
    ['points between thousands, decimal commas', ';', '1.234,5'],
    ['commas between thousands', ';', '1,234.5'],
    ['apostrophes between thousands', ',', '1’234.5'],
    ['narrow spaces between thousands', '\t', '1\u202f234,5'],
    ['a per cent sign', ',', '1234.5%'],
  ])('reads numbers with %s', (_, delimiter, number) => {
    const { channels } = read(
      table(`time${delimiter}v${delimiter}90%`, (row) => [iso(row), number, row].join(delimiter)),
    );
    expect(channels).toEqual({ v: Array(6).fill(1234.5), '90%': [0, 1, 2, 3, 4, 5] });
  });

  it('reads names and notes that hold line ends', () => {
    const names = '"time","Temp\nsensor ""A""","note"';
    const { instants, channels } = read(table(names, (row) => `"${iso(row)}",${10 + row},"a\nb, c"`));
    expect(instants).toEqual(MINUTES);
    expect(channels).toEqual({ 'Temp sensor "A"': [10, 11, 12, 13, 14, 15] });
  });

  it('takes quotes that nothing closes for marks of inches', () => {
    const { channels } = read(table('time,size,v', (row) => `${iso(row)},5",${10 + row}`));
    expect(channels).toEqual({ v: [10, 11, 12, 13, 14, 15] });
  });

  it("understands Excel's days: 45321.5 is noon of 30 January 2024", () => {
    const { instants } = read(table('Date,v', (row) => `${45_321.5 + row / 1440},${row}`));
    expect(instants.map((instant) => Math.round(instant))).toEqual(MINUTES);
  });

  it('understands UTF-16', () => {
    const text = table('time\tv', (row) => `${iso(row)}\t${10 + row}`);
    expect(read(Buffer.from(`\ufeff${text}`, 'utf16le')).instants).toEqual(MINUTES);
  });

  it('takes time in its stated unit, and names and units from the header', () => {
    const found = read('time (ms),Temp (°C),p [bar]\n0,1,5\n10,2,6\n20,3,7\n30,4,8\n');
    expect(found.axis).toBe('SECONDS');
    expect(found.instants.map((at) => Math.round(at * 1000))).toEqual([0, 10, 20, 30]);
    expect(found.channels).toEqual({ Temp: [1, 2, 3, 4], p: [5, 6, 7, 8] });
    expect(found.units).toEqual(['°C', 'bar']);
  });

  it('counts rows when nothing is time, and drops a column that counts them', () => {
    expect(read('id,a\n0,5\n1,7\n2,6\n3,8\n')).toMatchObject({ axis: 'ROW', channels: { a: [5, 7, 6, 8] } });
    expect(read('3\n1\n4\n1\n5\n').channels).toEqual({ 'column 1': [3, 1, 4, 1, 5] });
  });

  it('keeps gaps, ragged rows and infinities as gaps, and says so', () => {
    const { channels, notes } = read('t,a,b\n0,1,2\n1,,3\n2,4\n3,inf,6\n4,7,8\n5,9,1\n6,9,1\n');
    expect(channels).toEqual({
      a: [1, Number.NaN, 4, Number.NaN, 7, 9, 9],
      b: [2, 3, Number.NaN, 6, 8, 1, 1],
    });
    expect(notes).toEqual([
      '1 rows have more or fewer cells than the others; what is missing is a gap.',
      '1 infinite values of "a" were left out.',
    ]);
  });

  it('puts rows in order of time, and leaves out those without one', () => {
    const lines = [3, 0, 1, 2].map((row) => `${iso(row)},${10 + row}`);
    const { instants, channels, notes } = read(`time,v\n${lines.join('\n')}\n,99\n`);
    expect(instants).toEqual(MINUTES.slice(0, 4));
    expect(channels).toEqual({ v: [10, 11, 12, 13] });
    expect(notes).toHaveLength(2);
  });

  it('reads a newest-first table forwards', () => {
    const text = table('time,v', (row) => `${iso(5 - row)},${15 - row}`);
    expect(read(text).channels).toEqual({ v: [10, 11, 12, 13, 14, 15] });
  });

  it('names the columns of words that it leaves out', () => {
    expect(read(table('time,who,v', (row) => `${iso(row)},pump,${row}`)).notes).toEqual([
      'Columns without numbers were left out: "who".',
    ]);
  });

  it.each([
    ['words', 'a,b\nx,y\nz,w\n'],
    ['only NaN', table('time,v', (row) => `${iso(row)},NaN`)],
    ['only a header', 'time,value\n'],
    ['only times', table('time', (row) => iso(row))],
  ])('refuses %s', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'NO_VALUES' }));
  });
});
