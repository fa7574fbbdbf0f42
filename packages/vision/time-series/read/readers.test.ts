import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import type { Series } from '../series.ts';
import { makeNpy, makeWav, makeZip } from '../testing/make-files.ts';
import { instantAt } from '../timeline.ts';
import { readJson, readJsonLines } from './read-json.ts';
import { readNpy } from './read-npy.ts';
import { readNpz } from './read-npz.ts';
import { readWav } from './read-wav.ts';

const START = Date.UTC(2024, 0, 30, 12);

function look({ timeline, channels }: Series) {
  return {
    axis: timeline.axis,
    instants: [0, 1, 2].map((row) => instantAt(timeline, row)),
    channels: Object.fromEntries(channels.map(({ name, values }) => [name, [...values]])),
  };
}

const times = [0, 1, 2].map((row) => new Date(START + row * 1000).toISOString());
const dated = { axis: 'TIMESTAMP', instants: [START, START + 1000, START + 2000] };

describe('readJson', () => {
  it.each([
    ['numbers', [5, null, 7], { axis: 'ROW', channels: { value: [5, Number.NaN, 7] } }],
    ['rows', times.map((time, i) => [time, i]), { ...dated, channels: { 'column 2': [0, 1, 2] } }],
    [
      'rows with names',
      [['time', 'v'], ...times.map((time, i) => [time, i])],
      { ...dated, channels: { v: [0, 1, 2] } },
    ],
    [
      'objects',
      times.map((time, i) => ({ time, v: i, w: `${i / 2}` })),
      { ...dated, channels: { v: [0, 1, 2], w: [0, 0.5, 1] } },
    ],
    [
      'nested objects',
      times.map((time, i) => ({ time, v: { x: i } })),
      { ...dated, channels: { 'v.x': [0, 1, 2] } },
    ],
    ['columns', { time: times, v: [0, 1, 2] }, { ...dated, channels: { v: [0, 1, 2] } }],
    [
      'columns within',
      { meta: { id: 7 }, data: { ts: [START, START + 1000, START + 2000], v: [0, 1, 2] } },
      { ...dated, channels: { v: [0, 1, 2] } },
    ],
    [
      'names apart',
      { columns: ['time', 'v'], data: times.map((time, i) => [time, i]) },
      { ...dated, channels: { v: [0, 1, 2] } },
    ],
  ])('finds %s', (_, value, expected) => {
    expect(look(readJson(Buffer.from(JSON.stringify(value)), DEFAULT_LIMITS))).toMatchObject(expected);
  });

  it("reads Python's NaN, and takes the title", () => {
    const { title, channels } = readJson(
      Buffer.from('{"title": "Pump 7", "v": [1, NaN, -Infinity, 2]}'),
      DEFAULT_LIMITS,
    );
    expect(title).toBe('Pump 7');
    expect([...(channels[0]?.values ?? [])]).toEqual([1, Number.NaN, Number.NaN, 2]);
  });

  it('reads lines, and does without a last one that is cut off', () => {
    const lines = times.map((time, i) => JSON.stringify({ time, v: i })).join('\n');
    expect(look(readJsonLines(Buffer.from(`${lines}\n{"time": "2024-0`), DEFAULT_LIMITS))).toEqual({
      ...dated,
      channels: { v: [0, 1, 2] },
    });
  });
});

describe('readNpy', () => {
  const rows = [1, 2, 3, 4, 5, 6];
  it.each([
    ['<f8', Float64Array.from(rows)],
    ['<f4', Float32Array.from(rows)],
    ['<f2', Float16Array.from(rows)],
    ['<i8', BigInt64Array.from(rows, BigInt)],
    ['<u4', Uint32Array.from(rows)],
    ['<i2', Int16Array.from(rows)],
    ['|u1', Uint8Array.from(rows)],
    ['>i2', Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6)],
  ])('reads %s', (descr, data) => {
    expect(look(readNpy(makeNpy(descr, [6], data), DEFAULT_LIMITS)).channels).toEqual({ value: rows });
  });

  it('takes the shorter side of a matrix for the channels, in either order', () => {
    const columns = { 'channel 0': [1, 3, 5], 'channel 1': [2, 4, 6] };
    const swapped = { 'channel 0': [1, 2, 3], 'channel 1': [4, 5, 6] };
    const data = Float64Array.from(rows);
    expect(look(readNpy(makeNpy('<f8', [3, 2], data), DEFAULT_LIMITS)).channels).toEqual(columns);
    expect(look(readNpy(makeNpy('<f8', [2, 3], data), DEFAULT_LIMITS)).channels).toEqual(swapped);
    expect(look(readNpy(makeNpy('<f8', [3, 2], data, true), DEFAULT_LIMITS)).channels).toEqual(swapped);
    expect(look(readNpy(makeNpy('<f8', [2, 3], data, true), DEFAULT_LIMITS)).channels).toEqual(columns);
  });

  it('leaves the bytes it was given as they were', () => {
    const bytes = makeNpy('<f8', [3], Float64Array.of(1, Number.POSITIVE_INFINITY, 2));
    const before = Buffer.from(bytes);
    readNpy(bytes, DEFAULT_LIMITS);
    expect(bytes.equals(before)).toBe(true);
  });

  it.each([
    ['complex numbers', makeNpy('<c16', [3], new Float64Array(6)), 'UNSUPPORTED_VARIANT'],
    ['objects', makeNpy('|O', [3], new Float64Array(3)), 'UNSUPPORTED_VARIANT'],
    ['a cube', makeNpy('<f8', [2, 2, 2], new Float64Array(8)), 'UNSUPPORTED_VARIANT'],
    ['a shape beyond the bytes', makeNpy('<f8', [4_000_000_000], new Float64Array(3)), 'CORRUPT_SERIES'],
    ['nothing', makeNpy('<f8', [0], new Float64Array(0)), 'NO_VALUES'],
    ['only NaN', makeNpy('<f8', [2], Float64Array.of(Number.NaN, Number.NaN)), 'NO_VALUES'],
    ['too many channels', makeNpy('|u1', [70, 80], new Uint8Array(5600)), 'TOO_MANY_CHANNELS'],
  ])('refuses %s', (_, bytes, code) => {
    expect(() => readNpy(bytes, DEFAULT_LIMITS)).toThrow(expect.objectContaining({ code }));
  });
});

describe('readNpz', () => {
  const values = makeNpy('<f8', [3], Float64Array.of(0, 1, 2));

  it('places channels by an array of time', () => {
    const seconds = makeNpy(
      '<f8',
      [3],
      Float64Array.from([0, 1, 2], (row) => START / 1000 + row),
    );
    expect(look(readNpz(makeZip({ 'time.npy': seconds, 'v.npy': values }), DEFAULT_LIMITS))).toEqual({
      ...dated,
      channels: { v: [0, 1, 2] },
    });
    const dates = makeNpy(
      '<M8[us]',
      [3],
      BigInt64Array.from([0, 1, 2], (row) => BigInt(START + row * 1000) * 1000n),
    );
    expect(look(readNpz(makeZip({ 'a.npy': values, 'd.npy': dates }), DEFAULT_LIMITS))).toEqual({
      ...dated,
      channels: { a: [0, 1, 2] },
    });
  });

  it('places channels by their rate', () => {
    const rate = makeNpy('<i8', [1], BigInt64Array.of(4n));
    expect(look(readNpz(makeZip({ 'fs.npy': rate, 'v.npy': values }), DEFAULT_LIMITS))).toMatchObject({
      axis: 'SECONDS',
      instants: [0, 0.25, 0.5],
    });
  });

  it('does not unpack what states too much, nor what holds more than it states', () => {
    const zeros = makeNpy('<f8', [1_000_000], new Float64Array(1_000_000));
    const limits = { ...DEFAULT_LIMITS, maxUnpackedBytes: 1_000_000 };
    const refuse = (code: string) => expect.objectContaining({ code });
    expect(() => readNpz(makeZip({ 'v.npy': zeros }), limits)).toThrow(refuse('TOO_LARGE_UNPACKED'));
    expect(() =>
      readNpz(
        makeZip({ 'v.npy': zeros }, () => 1000),
        limits,
      ),
    ).toThrow(refuse('CORRUPT_SERIES'));
  });
});

describe('readWav', () => {
  it.each([
    ['8 bits', Uint8Array.of(128, 192, 64), { bits: 8 }],
    ['16 bits', Int16Array.of(0, 16_384, -16_384), { bits: 16 }],
    ['24 bits', Uint8Array.of(0, 0, 0, 0, 0, 0x40, 0, 0, 0xc0), { bits: 24 }],
    ['32 bits', Int32Array.of(0, 2 ** 30, -(2 ** 30)), { bits: 32 }],
    ['floats', Float32Array.of(0, 0.5, -0.5), { bits: 32, coding: 3 }],
    ['doubles', Float64Array.of(0, 0.5, -0.5), { bits: 64, coding: 3 }],
  ])('reads %s', (_, samples, format) => {
    const found = look(readWav(makeWav(samples, format), DEFAULT_LIMITS));
    expect(found).toEqual({
      axis: 'SECONDS',
      instants: [0, 1 / 8000, 2 / 8000],
      channels: { amplitude: [0, 0.5, -0.5] },
    });
  });

  it('parts the channels, takes the title, and shows what a cut file has', () => {
    const bytes = makeWav(Int16Array.of(0, 16_384, -16_384, 0, 8192, 8192), { channels: 2, title: 'Pump' });
    const { title, channels, notes } = readWav(bytes.subarray(0, bytes.length - 3), DEFAULT_LIMITS);
    expect(title).toBe('Pump');
    expect(channels.map(({ name, values }) => [name, ...values])).toEqual([
      ['left', 0, -0.5],
      ['right', 0.5, 0],
    ]);
    expect(notes).toHaveLength(1);
  });

  it.each([
    ['ADPCM', makeWav(new Uint8Array(8), { coding: 2, bits: 4 }), 'UNSUPPORTED_VARIANT'],
    ['no samples', makeWav(new Uint8Array(0)), 'NO_VALUES'],
    ['no channels', makeWav(new Uint8Array(8), { channels: 0 }), 'CORRUPT_SERIES'],
  ])('refuses %s', (_, bytes, code) => {
    expect(() => readWav(bytes, DEFAULT_LIMITS)).toThrow(expect.objectContaining({ code }));
  });
});
