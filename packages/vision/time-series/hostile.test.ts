import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startProcessorTime } from '../../../test/support/processor-time.ts';
import { convert, RejectedError } from '../index.ts';
import { makeNpy, makeWav, makeZip } from './testing/make-files.ts';
import { readFixture } from './testing/read-fixture.ts';

const LIMITS = { maxValues: 200_000, maxUnpackedBytes: 4_000_000, maxChannels: 16 };
const wave = Float64Array.from({ length: 600 }, (_, i) => Math.sin(i / 9));
const rows = Array.from({ length: 80 }, (_, i) => ({
  time: new Date(1.7e12 + i * 6e4).toISOString(),
  v: i % 7,
  w: i / 3,
}));

const SEEDS: readonly (readonly [string, Buffer])[] = [
  ['a table', readFixture('art_daily_jumpsup.csv').subarray(0, 3000)],
  ['a quoted table', Buffer.from(`"t","v"\n${rows.map(({ time, v }) => `"${time}","${v}"`).join('\n')}\n`)],
  [
    'a long table',
    Buffer.from(`time,sensor,value\n${rows.map(({ time, v }, i) => `${time},s${i % 3},${v}`).join('\n')}\n`),
  ],
  ['JSON', Buffer.from(JSON.stringify({ rows }))],
  ['JSON lines', Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))],
  ['NPY', makeNpy('<f8', [200, 3], wave)],
  [
    'NPZ',
    makeZip({
      't.npy': makeNpy(
        '<f8',
        [600],
        wave.map((_, i) => i),
      ),
      'v.npy': makeNpy('<f8', [600], wave),
    }),
  ],
  [
    'WAV',
    makeWav(
      Int16Array.from(wave, (v) => v * 3e4),
      { channels: 2, title: 'x' },
    ),
  ],
  ...[
    'byte_stream_split_extended.gzip',
    'datapage_v2.snappy',
    'duckdb_delta_binary_packed',
    'boolean_rle',
    'lz4_raw_compressed',
    'brotli_compressed',
    'byte_stream_split.zstd',
    'duckdb5533',
  ].map((name) => [name, readFixture(`parquet/${name}.parquet`)] as const),
];

/** Converts or refuses with a code; anything else fails the test. A conversion shows something finite. */
async function survive(bytes: Buffer): Promise<void> {
  const spent = startProcessorTime();
  try {
    const { views } = await convert(bytes, { longSidePx: 300, limits: LIMITS, timeSeries: { zooms: 1 } });
    expect(views.length).toBeGreaterThan(0);
    for (const { geometry } of views) {
      if (geometry.kind !== 'TIME_SERIES') continue;
      for (const { range } of geometry.panels) expect(range[0] < range[1]).toBe(true);
      expect(geometry.span[0] < geometry.span[1]).toBe(true);
    }
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    expect(error.message).toMatch(/\.$/);
  }
  expect(spent()).toBeLessThan(5000);
}

describe('hostile series', () => {
  it.each(SEEDS)('%s with changed bytes', async (_, seed) => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 0.9999, noNaN: true }),
      value: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(seed);
        for (const { at, value } of changes) bytes[Math.floor(at * bytes.length)] = value;
        await survive(bytes);
      }),
      { numRuns: 120, interruptAfterTimeLimit: 8000 },
    );
  });

  it.each(SEEDS)('%s with changed bits in its head and foot', async (_, seed) => {
    const flip = fc.record({ foot: fc.boolean(), at: fc.nat(400), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 3 }), async (flips) => {
        const bytes = Buffer.from(seed);
        for (const { foot, at, bit } of flips) {
          const place = Math.min(bytes.length - 1, foot ? Math.max(0, bytes.length - 1 - at) : at);
          bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        }
        await survive(bytes);
      }),
      { numRuns: 120, interruptAfterTimeLimit: 8000 },
    );
  });

  it.each(SEEDS)('%s cut at every fiftieth', async (_, seed) => {
    for (let part = 1; part < 50; part++)
      await survive(seed.subarray(0, Math.floor((seed.length * part) / 50)));
  });

  it.each([
    ['deep JSON', Buffer.from('['.repeat(200_000))],
    ['deep objects', Buffer.from(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)],
    ['a line without an end', Buffer.from(`a,b\n${'1,'.repeat(300_000)}`)],
    ['an open quote', Buffer.from(`a,b\n1,2\n"${'x'.repeat(2_000_000)}`)],
    ['a number of many digits', Buffer.from(`v\n${'1'.repeat(300_000)}\n2\n`)],
    ['many columns', Buffer.from(`${'1,'.repeat(5000)}1\n`.repeat(20))],
    [
      'many names in objects',
      Buffer.from(JSON.stringify(Array.from({ length: 300 }, (_, i) => ({ [`k${i}`]: i })))),
    ],
  ])('%s', (_, bytes) => survive(bytes));
});
