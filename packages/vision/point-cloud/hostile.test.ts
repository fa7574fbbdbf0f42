import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startProcessorTime } from '../../../test/support/processor-time.ts';
import { convert } from '../convert.ts';
import { RejectedError } from '../rejected-error.ts';
import { makePly } from './testing/make-ply.ts';
import { createRandom } from './testing/random.ts';
import { readCloudFixture } from './testing/read-cloud-fixture.ts';

const text = (value: string) => new Uint8Array(Buffer.from(value));
const SMALL = { sidePx: 128, views: [{ camera: 'top', style: 'DEPTH' as const }] };

/** Points in rows of text. */
function makeRows(count: number): string {
  const random = createRandom(1);
  return Array.from({ length: count }, () => `${random()} ${random()} ${random()}\n`).join('');
}

const columns = ['x', 'y', 'z'].map((name, axis) => {
  const random = createRandom(axis);
  return { name, type: 'float' as const, values: Array.from({ length: 100 }, random) };
});

interface Seed {
  readonly name: string;
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly declared?: string;
  /** Whether the file says how long it must be, so that no part of it may pass. */
  readonly isCounted?: boolean;
}

/** Real files where they are small, else made ones. */
const SEEDS: readonly Seed[] = [
  { name: 'binary PLY', whole: makePly('binary_little_endian', columns), isCounted: true },
  { name: 'ASCII PLY', whole: makePly('ascii', columns) },
  { name: 'PLY with faces', whole: readCloudFixture('octagonal_pocket.ply'), isCounted: true },
  { name: 'PCD of text', whole: readCloudFixture('simple-ascii.pcd') },
  { name: 'packed PCD', whole: readCloudFixture('milk.pcd') },
  { name: 'LAS', whole: readCloudFixture('ripple.las'), isCounted: true },
  { name: 'XYZ', whole: text(`X Y Z\n${makeRows(100)}`) },
  { name: 'PTS', whole: text(`100\n${makeRows(100)}`) },
  { name: 'undeclared columns', whole: text(makeRows(100)), declared: 'text/x-xyz' },
  { name: 'OBJ', whole: text(`v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\n${'f 1 2 3\nf 1 2 4\n'.repeat(20)}`) },
  {
    name: 'STL',
    whole: text(
      `solid s\nfacet normal 0 0 1\nouter loop\n${'vertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\n'.repeat(9)}endloop\nendfacet\nendsolid s\n`,
    ),
  },
];

/** The rejection code, or `CONVERTED`; anything else that is thrown fails the test. */
async function tryConvert(bytes: Uint8Array, declaredMediaType?: string): Promise<string> {
  try {
    const { views } = await convert(bytes, { declaredMediaType, pointCloud: SMALL });
    for (const { geometry } of views) {
      if (geometry.kind !== 'POINT_CLOUD') continue;
      const numbers = [...geometry.origin, geometry.unitsPerPx, ...geometry.range];
      expect(numbers.every(Number.isFinite), 'geometry in numbers').toBe(true);
    }
    return 'CONVERTED';
  } catch (error) {
    if (error instanceof RejectedError) return error.code;
    throw error;
  }
}

describe.each(SEEDS)('$name', ({ whole, declared, isCounted }) => {
  it('is converted when whole', async () => {
    expect(await tryConvert(whole, declared)).toBe('CONVERTED');
  });

  it('is converted or refused, never worse, when cut at every hundredth', async () => {
    for (let part = 0; part < 100; part++) {
      const result = await tryConvert(whole.slice(0, Math.floor((whole.length * part) / 100)), declared);
      if (isCounted) expect(result, `${part} % of the file`).not.toBe('CONVERTED');
    }
  });

  it('is converted or refused, never worse, with bytes changed', async () => {
    const change = fc.record({ place: fc.nat(), value: fc.integer({ min: 0, max: 255 }) });
    // Half of the damage hits the headers, where the lies are.
    const changes = fc.array(fc.tuple(change, fc.boolean()), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const bytes = whole.slice();
        for (const [{ place, value }, early] of list) {
          bytes[place % (early ? Math.min(bytes.length, 400) : bytes.length)] = value;
        }
        await tryConvert(bytes, declared);
      }),
      { numRuns: 40 },
    );
  });
});

describe('LAZ, in a thread of its own', () => {
  const whole = readCloudFixture('pdrf6-1.4.laz');

  it('is refused when cut at every tenth', async () => {
    for (let part = 0; part < 10; part++) {
      const cut = whole.slice(0, Math.floor((whole.length * part) / 10));
      expect(await tryConvert(cut), `${part} tenths`).not.toBe('CONVERTED');
    }
  }, 60_000);

  it('is converted or refused, never worse, with bytes changed', async () => {
    const random = createRandom(6);
    for (let run = 0; run < 12; run++) {
      const bytes = whole.slice();
      const reach = run % 2 === 0 ? 700 : bytes.length;
      for (let i = 0; i < 4; i++) bytes[Math.floor(random() * reach)] = Math.floor(random() * 256);
      await tryConvert(bytes);
    }
  }, 60_000);
});

describe('counts that lie', () => {
  const ply = (vertices: string, format = 'binary_little_endian') =>
    `ply\nformat ${format} 1.0\nelement vertex ${vertices}\nproperty float x\nproperty float y\nproperty float z\n`;
  const faces = 'element face 4000000000\nproperty list uint int vertex_indices\n';
  const pcd = (points: string, data: string) =>
    `VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH ${points}\nHEIGHT 1\nPOINTS ${points}\nDATA ${data}\n`;
  const las = readCloudFixture('ripple.las');
  new DataView(las.buffer).setUint32(107, 19_000_000, true);
  const laz = readCloudFixture('pdrf6-1.4.laz');
  new DataView(laz.buffer).setBigUint64(247, 19_000_000n, true);

  it.each([
    ['binary PLY', text(`${ply('19000000')}end_header\n0`), 'CORRUPT_CLOUD'],
    ['ASCII PLY', text(`${ply('19000000', 'ascii')}end_header\n0 0 0\n`), 'CORRUPT_CLOUD'],
    ['more PLY points than accepted', text(`${ply('4000000000')}end_header\n0`), 'TOO_MANY_POINTS'],
    ['a negative PLY count', text(`${ply('-5')}end_header\n0`), 'CORRUPT_CLOUD'],
    ['PLY faces', text(`${ply('0')}${faces}end_header\n\x01\0\0\0\0\0\0\0`), 'CORRUPT_CLOUD'],
    [
      'a PLY list longer than the file',
      text(`${ply('0')}${faces.replace('4000000000', '1')}end_header\n\x7f\x7f\x7f\x7f`),
      'CORRUPT_CLOUD',
    ],
    ['binary PCD', text(`${pcd('19000000', 'binary')}0`), 'CORRUPT_CLOUD'],
    [
      'packed PCD',
      text(`${pcd('19000000', 'binary_compressed')}\x08\0\0\0\0\x97\x97\x0d00000000`),
      'CORRUPT_CLOUD',
    ],
    ['PCD of text', text(`${pcd('19000000', 'ascii')}0 0 0\n`), 'CORRUPT_CLOUD'],
    ['LAS', las, 'CORRUPT_CLOUD'],
    ['LAZ', laz, 'CORRUPT_CLOUD'],
  ])('%s: is refused at once', async (_, bytes, code) => {
    const spent = startProcessorTime();
    const before = process.memoryUsage().arrayBuffers;
    expect(await tryConvert(bytes)).toBe(code);
    expect(spent()).toBeLessThan(3000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  });
});

describe('nothing to see', () => {
  const filled = (value: number) =>
    columns.map((column) => ({ ...column, values: column.values.map(() => value) }));

  it.each([
    [
      'no points',
      makePly(
        'ascii',
        columns.map((column) => ({ ...column, values: [] })),
      ),
    ],
    ['an empty file of a real program', readCloudFixture('ply_empty_ascii.ply')],
    ['points that are no numbers', makePly('binary_little_endian', filled(Number.NaN))],
    ['points at infinity', makePly('binary_big_endian', filled(Number.POSITIVE_INFINITY))],
    ['points all at 0, 0, 0', makePly('binary_little_endian', filled(0))],
    ['OBJ vertices that are words', text('v 1 a b\nv 2 c d\nv 3 e f\nf 1 2 3\n')],
  ])('%s: is refused as empty', async (_, bytes) => {
    expect(await tryConvert(bytes)).toBe('EMPTY_CLOUD');
  });

  it.each([1e38, 1e-38, 1e300])('coordinates of %s give a view or a refusal', async (size) => {
    const huge = columns.map((column) => ({
      name: column.name,
      type: 'double' as const,
      values: column.values.map((value) => value * size),
    }));
    expect(['CONVERTED', 'EMPTY_CLOUD']).toContain(await tryConvert(makePly('binary_little_endian', huge)));
  });
});

describe('recognising a file', () => {
  const detect = async (bytes: Uint8Array, declaredMediaType?: string) => {
    try {
      const { mediaType } = await convert(bytes, { declaredMediaType, pointCloud: SMALL });
      return mediaType;
    } catch (error) {
      if (error instanceof RejectedError) return error.code;
      throw error;
    }
  };

  it('takes bare columns for a cloud only when declared as one', async () => {
    const rows = text(makeRows(50));
    expect(await detect(rows, 'text/x-xyz')).toBe('text/x-xyz');
    expect(await detect(rows)).not.toBe('text/x-xyz');
    expect(await detect(rows, 'text/csv')).not.toBe('text/x-xyz');
  });

  it('leaves x, y, z over time to the series', async () => {
    const series = text(`time,x,y,z\n${Array.from({ length: 50 }, (_, i) => `${i},0.1,0.2,0.3\n`).join('')}`);
    expect(await detect(series, 'text/csv')).not.toBe('text/x-xyz');
  });

  it('refuses a cloud declared as a picture', async () => {
    expect(await detect(makePly('ascii', columns), 'image/png')).toBe('TYPE_MISMATCH');
    expect(await detect(makePly('ascii', columns), 'application/octet-stream')).toBe('model/ply');
  });
});
