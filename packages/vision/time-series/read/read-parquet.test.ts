import { readdirSync } from 'node:fs';
import { parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { readFixture } from '../testing/read-fixture.ts';
import { instantAt } from '../timeline.ts';
import { readParquet } from './read-parquet.ts';

const FOLDER = new URL('../../../../test/fixtures/timeseries/parquet/', import.meta.url);

/** The columns as another implementation reads them. */
async function readPeer(bytes: Buffer): Promise<Map<string, unknown[]>> {
  const columns = new Map<string, unknown[]>();
  await parquetRead({
    file: new Uint8Array(bytes).buffer,
    compressors,
    onChunk: ({ columnName, columnData, rowStart }) => {
      const column = columns.get(columnName) ?? [];
      columns.set(columnName, column);
      for (let i = 0; i < columnData.length; i++) column[rowStart + i] = columnData[i];
    },
  });
  return columns;
}

describe('readParquet', () => {
  const files = readdirSync(FOLDER).filter((name) => !name.startsWith('delta_encoding'));

  it.each(files)('reads the numbers of %s as hyparquet does', async (name) => {
    const bytes = readFixture(`parquet/${name}`);
    const { channels, timeline } = readParquet(bytes, DEFAULT_LIMITS);
    const peer = await readPeer(bytes);
    // Only a sorted file would have another order.
    expect(instantAt(timeline, 0)).toBeLessThanOrEqual(instantAt(timeline, timeline.rows - 1));
    for (const { name: channel, values } of channels) {
      const expected = peer.get(channel) ?? [];
      expect(values.length).toBe(expected.length);
      values.forEach((value, row) => {
        const other = expected[row];
        const number = other === null || other === undefined ? Number.NaN : Number(other);
        // Decimals are scaled in another order of operations.
        if (Number.isNaN(number)) expect(value).toBe(Number.NaN);
        else expect(Math.abs(value - number)).toBeLessThanOrEqual(Math.abs(number) * 1e-15);
      });
    }
  });

  it('leaves texts stored as differences unread', () => {
    expect(() =>
      readParquet(readFixture('parquet/delta_encoding_optional_column.parquet'), DEFAULT_LIMITS),
    ).not.toThrow(expect.objectContaining({ code: 'CORRUPT_SERIES' }));
  });

  it('does not unpack more than allowed', () => {
    const bytes = readFixture('parquet/byte_stream_split.zstd.parquet');
    expect(() => readParquet(bytes, { ...DEFAULT_LIMITS, maxUnpackedBytes: 1000 })).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE_UNPACKED' }),
    );
  });
});
