/**
 * Tables of text read into numbers, beside udsv, the fastest parser of npm: five columns of measurements, and a time with a value.
 *
 *     npm run bench -- --only vision.csv
 *
 * MB are 10⁶ bytes. That the numbers are those of `Number()` bit for bit is held by packages/vision/time-series/read/scan-table.test.ts.
 */
import { inferSchema, initParser } from 'udsv';
import { DEFAULT_LIMITS } from '../../packages/vision/index.ts';
import { createRandom } from '../../packages/vision/point-cloud/testing/random.ts';
import { readTable } from '../../packages/vision/time-series/read/read-table.ts';
import { type Figures, runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const ROWS = 1_000_000;

await runBench(7, async (runs) => {
  const numeric = makeNumericTable();
  const dated = makeDatedTable();
  const figures = {
    ...(await measure(numeric, { ours: 'vision.csv_mb_per_s', theirs: 'peer.udsv_mb_per_s' }, runs)),
    ...(await measure(
      dated,
      { ours: 'vision.csv_dated_mb_per_s', theirs: 'peer.udsv_dated_mb_per_s' },
      runs,
    )),
  };
  return {
    figures: {
      ...figures,
      'vision.csv_numeric.ms': numeric.length / 1000 / (figures['vision.csv_mb_per_s'] ?? 1),
      'vision.csv_dated.ms': dated.length / 1000 / (figures['vision.csv_dated_mb_per_s'] ?? 1),
    },
    // The text is read, float64 columns are written.
    bytesMoved: {
      'vision.csv_numeric.ms': numeric.length + 5 * 8 * ROWS,
      'vision.csv_dated.ms': dated.length + 2 * 8 * ROWS,
    },
  };
});

async function measure(
  bytes: Buffer,
  names: { readonly ours: string; readonly theirs: string },
  runs: number,
): Promise<Figures> {
  const times = await takeTurns(
    {
      ours: () => readTable(bytes, DEFAULT_LIMITS),
      theirs: () => {
        const text = bytes.toString('latin1');
        return initParser(inferSchema(text)).typedCols(text);
      },
    },
    runs,
  );
  return {
    [names.ours]: bytes.length / 1000 / times.ours,
    [names.theirs]: bytes.length / 1000 / times.theirs,
  };
}

/** Five columns of measurements with 3 to 6 decimals. */
function makeNumericTable(): Buffer {
  const random = createRandom(1);
  const lines = Array.from({ length: ROWS }, () =>
    [3, 6, 4, 5, 6].map((decimals) => (random() * 200 - 100).toFixed(decimals)).join(','),
  );
  return Buffer.from(`a,b,c,d,e\n${lines.join('\n')}\n`);
}

/** A time every five minutes and a value with 6 decimals. */
function makeDatedTable(): Buffer {
  const random = createRandom(1);
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const time = new Date(1_396_310_400_000 + i * 300_000).toISOString();
    return `${time.slice(0, 10)} ${time.slice(11, 19)},${(random() * 200).toFixed(6)}`;
  });
  return Buffer.from(`timestamp,value\n${lines.join('\n')}\n`);
}
