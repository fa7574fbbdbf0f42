import { parse } from '@loaders.gl/core';
import { LASLoader } from '@loaders.gl/las';
import { PCDLoader } from '@loaders.gl/pcd';
import { PLYLoader } from '@loaders.gl/ply';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { PointCloud } from './cloud.ts';
import { detectCloud } from './detect-cloud.ts';
import { parseLas } from './las/parse-las.ts';
import { parseLaz } from './las/parse-laz.ts';
import { parseObj } from './mesh/parse-obj.ts';
import { parseStl } from './mesh/parse-stl.ts';
import { parsePcd } from './pcd/parse-pcd.ts';
import { unpackLzf } from './pcd/unpack-lzf.ts';
import { parsePly } from './ply/parse-ply.ts';
import { makePly, type PlyEncoding } from './testing/make-ply.ts';
import { readCloudFixture } from './testing/read-cloud-fixture.ts';
import { parseXyz } from './text/parse-xyz.ts';

const text = (value: string) => new Uint8Array(Buffer.from(value));

/** Coordinates in the source's own place, x y z x y z …, rounded to float32. */
function interleave({ count, x, y, z, offset }: PointCloud): Float32Array {
  const values = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    values[i * 3] = (x[i] ?? 0) + offset[0];
    values[i * 3 + 1] = (y[i] ?? 0) + offset[1];
    values[i * 3 + 2] = (z[i] ?? 0) + offset[2];
  }
  return values;
}

interface Peer {
  readonly attributes: Readonly<Record<string, { readonly value: Iterable<number> }>>;
  readonly indices?: { readonly value: Iterable<number> };
}

async function parseByPeer(name: string, loader: unknown): Promise<Peer> {
  const options = { worker: false, las: { colorDepth: 'auto' } };
  const parsed: unknown = await parse(readCloudFixture(name).buffer, loader as never, options as never);
  return parsed as Peer;
}

/** The greatest difference as a part of the greatest distance between values: float32 has 24 bits. */
function measureDifference(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  const span =
    theirs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) -
    Math.min(0, ...theirs.slice(0, 9));
  return ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (theirs[i] ?? 0))), 0) / span;
}

function listValues(peer: Peer, name: string): number[] {
  return [...(peer.attributes[name]?.value ?? [])];
}

function listColours({ colours, count }: PointCloud): number[] {
  return [...(colours ?? []).slice(0, count)].flatMap((word) => [word & 255, (word >> 8) & 255, word >> 16]);
}

describe('the same points as loaders.gl', () => {
  it.each(['bunny', 'fragment_000', 'octagonal_pocket', 'points_ascii', 'points_bin', 'ripple_bin'])(
    '%s.ply',
    async (name) => {
      const cloud = parsePly(readCloudFixture(`${name}.ply`), DEFAULT_LIMITS);
      const peer = await parseByPeer(`${name}.ply`, PLYLoader);
      expect(measureDifference([...interleave(cloud)], listValues(peer, 'POSITION'))).toBeLessThan(1.2e-7);
      const colours = listValues(peer, 'COLOR_0');
      if (colours.length > 0) expect(listColours(cloud)).toEqual(colours);
      // Its reader knows no triangle strips.
      if (name === 'octagonal_pocket')
        expect([...(cloud.triangles ?? [])]).toEqual([...(peer.indices?.value ?? [])]);
    },
  );

  it.each(['ism_test_cat', 'ism_test_horse', 'ism_train_cat', 'milk', 'object_template_0', 'simple-ascii'])(
    '%s.pcd',
    async (name) => {
      const cloud = parsePcd(readCloudFixture(`${name}.pcd`), DEFAULT_LIMITS);
      const peer = await parseByPeer(`${name}.pcd`, PCDLoader);
      expect(measureDifference([...interleave(cloud)], listValues(peer, 'POSITION'))).toBeLessThan(1.2e-7);
    },
  );

  it('ripple.las', async () => {
    const cloud = parseLas(readCloudFixture('ripple.las'), DEFAULT_LIMITS);
    const peer = await parseByPeer('ripple.las', LASLoader);
    expect(measureDifference([...interleave(cloud)], listValues(peer, 'POSITION'))).toBeLessThan(1.2e-7);
    const colours = listValues(peer, 'COLOR_0').filter((_, i) => i % 4 !== 3);
    expect(listColours(cloud)).toEqual(colours);
  });
});

describe('PLY', () => {
  const columns = fc.array(fc.tuple(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 40,
  });

  it.each<PlyEncoding>(['ascii', 'binary_little_endian', 'binary_big_endian'])(
    'gives back what was written in %s, whatever stands beside it',
    (encoding) => {
      fc.assert(
        fc.property(columns, (rows) => {
          const values = rows.map(([value]) => value);
          const bytes = rows.map(([, byte]) => byte);
          const cloud = parsePly(
            makePly(encoding, [
              { name: 'blue', type: 'uchar', values: bytes },
              { name: 'z', type: 'float', values },
              { name: 'quality', type: 'short', values: bytes },
              { name: 'x', type: 'int', values: bytes },
              { name: 'green', type: 'uchar', values: bytes },
              { name: 'y', type: 'double', values: bytes },
              { name: 'red', type: 'uchar', values: bytes },
              { name: 'intensity', type: 'float', values },
            ]),
            DEFAULT_LIMITS,
          );
          expect([...cloud.x.slice(0, rows.length)].map((value) => value + cloud.offset[0])).toEqual(bytes);
          expect([...cloud.y.slice(0, rows.length)].map((value) => value + cloud.offset[1])).toEqual(bytes);
          expect(listColours(cloud)).toEqual(bytes.flatMap((byte) => [byte, byte, byte]));
          expect([...(cloud.intensities ?? []).slice(0, rows.length)].map((value) => value + 0)).toEqual(
            values.map((value) => value + 0),
          );
          expect(cloud.x.length % 4).toBe(0);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('keeps millimetres of coordinates in the millions of metres', () => {
    const values = [5_648_349.001, 5_648_349.002, 5_648_349.004];
    const made = makePly(
      'binary_little_endian',
      ['x', 'y', 'z'].map((name) => ({ name, type: 'double', values })),
    );
    const { y, offset } = parsePly(made, DEFAULT_LIMITS);
    expect(offset[1]).toBe(5_648_349.001);
    expect(y[2]).toBeCloseTo(0.003, 7);
  });

  it('cuts polygons into triangles, follows strips, and passes over other elements and lists', () => {
    const header = `ply
format ascii 1.0
element material 1
property list uchar float factors
property int id
element vertex 5
property float x
property float y
property float z
element face 2
property uchar flags
property list uchar int vertex_indices
element tristrips 1
property list int int vertex_indices
end_header
`;
    const body =
      '3 0.1 0.2 0.3 7\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n0 0 1\n9 4 0 1 2 3\n9 3 0 1 4\n9 0 1 2 3 -1 2 3 4 -1\n';
    const { triangles, count } = parsePly(text(header + body), DEFAULT_LIMITS);
    expect(count).toBe(5);
    expect([...(triangles ?? [])]).toEqual([0, 1, 2, 0, 2, 3, 0, 1, 4, 0, 1, 2, 1, 2, 3, 2, 3, 4]);
  });

  it('refuses faces of vertices that do not exist', () => {
    const file =
      'ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_index\nend_header\n0 0 0\n3 0 0 1\n';
    expect(() => parsePly(text(file), DEFAULT_LIMITS)).toThrow(
      expect.objectContaining({ code: 'CORRUPT_CLOUD' }),
    );
  });
});

describe('PCD', () => {
  it('reads a colour declared as a float by its bits, red in the third byte', () => {
    const cloud = parsePcd(readCloudFixture('simple-ascii.pcd'), DEFAULT_LIMITS);
    // 4.2108e+06 is 0x4a8080e0.
    expect(listColours(cloud).slice(0, 3)).toEqual([0x80, 0x80, 0xe0]);
  });

  it('unpacks runs and back references of LZF that overlap themselves', () => {
    // `ab` as it is, then 7 bytes from 2 back: LibLZF's (length - 2) << 5 | high, low.
    const target = new Uint8Array(9);
    expect(unpackLzf(new Uint8Array([1, 97, 98, 5 << 5, 1]), target)).toBe(true);
    expect(Buffer.from(target).toString()).toBe('ababababa');
    expect(unpackLzf(new Uint8Array([1, 97, 98, 5 << 5, 2]), new Uint8Array(9))).toBe(false);
  });

  it('refuses a size of 0 and unknown types', () => {
    const file = (size: string, type: string) =>
      text(
        `VERSION .7\nFIELDS x y z\nSIZE ${size} 4 4\nTYPE ${type} F F\nCOUNT 1 1 1\nWIDTH 1\nHEIGHT 1\nPOINTS 1\nDATA ascii\n0 0 0\n`,
      );
    for (const made of [file('0', 'F'), file('2', 'F'), file('4', 'X')]) {
      expect(() => parsePcd(made, DEFAULT_LIMITS)).toThrow(
        expect.objectContaining({ code: 'CORRUPT_CLOUD' }),
      );
    }
    expect(parsePcd(file('4', 'F'), DEFAULT_LIMITS).count).toBe(1);
  });
});

describe('LAZ', () => {
  it('gives points that fill exactly the bounds of the header', async () => {
    const bytes = readCloudFixture('pdrf6-1.4.laz');
    const cloud = await parseLaz(bytes, DEFAULT_LIMITS);
    const header = new DataView(bytes.buffer);
    expect(cloud.count).toBe(Number(header.getBigUint64(247, true)));
    for (const [axis, column] of [cloud.x, cloud.y, cloud.z].entries()) {
      const values = column.slice(0, cloud.count);
      const offset = cloud.offset[axis] ?? 0;
      expect(Math.max(...values) + offset).toBeCloseTo(header.getFloat64(179 + axis * 16, true), -3);
      expect(Math.min(...values) + offset).toBeCloseTo(header.getFloat64(187 + axis * 16, true), -3);
    }
  });

  it('refuses damage without ending the process', async () => {
    const bytes = readCloudFixture('pdrf6-1.4.laz');
    for (const at of [500, 700, 3000, 20_000]) {
      const cut = bytes.slice(0, at);
      await expect(parseLaz(cut, DEFAULT_LIMITS)).rejects.toMatchObject({ code: 'CORRUPT_CLOUD' });
    }
  });
});

it('a PLY file whose lines end by a carriage return alone is read as any other', () => {
  const file =
    'ply\nformat ascii 1.0\nelement vertex 2\nproperty float x\nproperty float y\nproperty float z\nend_header\n1 2 3\n4 5 6\n';
  for (const end of ['\n', '\r\n', '\r']) {
    const cloud = parsePly(text(file.replaceAll('\n', end)), DEFAULT_LIMITS);
    expect([...interleave(cloud)]).toEqual([1, 2, 3, 4, 5, 6]);
  }
});

describe('text', () => {
  it.each([
    ['names after slashes', '//X,Y,Z,R,G,B\n1,2,3,10,20,30\n4,5,6,40,50,60\n'],
    ['names and tabs', 'X\tY\tZ\tRed\tGreen\tBlue\n1\t2\t3\t10\t20\t30\n4\t5\t6\t40\t50\t60\n'],
    ['names with units', '"x [m]";"y [m]";"z [m]";"r";"g";"b"\r\n1;2;3;10;20;30\r\n4;5;6;40;50;60\r\n'],
    ['no names', '1 2 3 10 20 30\n4 5 6 40 50 60'],
    ['a comment', '# exported\n1.0 2.0 3.0 10 20 30\n4e0 50e-1 +6 40 50 60\n'],
    ['decimal commas', 'X;Y;Z;R;G;B\r\n1,0;2,00;3;10;20;30\r\n4,0;5,0;6,0;40;50;60\r\n'],
    ['decimal commas between blanks', '1,0 2,00 3,0 10 20 30\n4,0 5,0 6,0 40 50 60\n'],
    ['a count and intensities', '2\n1 2 3 -1200 10 20 30\n4 5 6 17 40 50 60\n'],
    ['more lines than the count', '2\n1 2 3 0 10 20 30\n4 5 6 0 40 50 60\n7 8 9 0 1 2 3\n'],
  ])('%s', (_, file) => {
    const cloud = parseXyz(text(file), DEFAULT_LIMITS);
    expect([...interleave(cloud)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(listColours(cloud)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it('takes normals for no colour and a fourth column for an intensity', () => {
    expect(parseXyz(text('1 2 3 0.1 -0.2 0.97\n'), DEFAULT_LIMITS).colours).toBeUndefined();
    expect(parseXyz(text('1 2 3 44.5\n'), DEFAULT_LIMITS).intensities?.[0]).toBe(44.5);
  });

  it('reads Agisoft and CloudCompare columns alike', () => {
    const agisoft = parseXyz(readCloudFixture('points_agisoft.xyz'), DEFAULT_LIMITS);
    const cloudCompare = parseXyz(readCloudFixture('points_cloudcompare.xyz'), DEFAULT_LIMITS);
    expect(agisoft.count).toBe(100);
    expect(agisoft.offset).toEqual([665_187.522077, 5_648_349.895035, 241.767693]);
    expect(listColours(agisoft).slice(0, 3)).toEqual([117, 73, 49]);
    expect(listColours(cloudCompare).slice(0, 300)).toEqual(listColours(agisoft));
  });

  it('reads decimal numbers as JavaScript does', () => {
    const number = fc.oneof(
      fc
        .double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })
        .map((value) => value.toFixed(6)),
      fc.integer({ min: -99_999, max: 99_999 }).map((value) => `${value / 1000}`),
      fc
        .tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: -20, max: 20 }))
        .map(([digits, power]) => `${digits}e${power}`),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 30 }), (rows) => {
        const cloud = parseXyz(text(rows.map((row) => row.join(' ')).join('\n')), DEFAULT_LIMITS);
        const offset = Number(rows[0]?.[2]);
        expect(cloud.offset[2] + 0).toBe(offset + 0);
        expect([...cloud.z.slice(0, rows.length)].map((value) => value + 0)).toEqual(
          rows.map((row) => Math.fround(Number(row[2]) - offset) + 0),
        );
      }),
    );
  });

  it('leaves out a short last line, and refuses a file of short lines', () => {
    const row = '1.5 2.5 3.5\n';
    const cut = parseXyz(text(`${row.repeat(300)}1.5 2`), DEFAULT_LIMITS);
    expect(cut.notes).toEqual(['1 lines with too few numbers were left out.']);
    expect(() => parseXyz(text(`${row.repeat(3)}1 2\n3 4\n`), DEFAULT_LIMITS)).toThrow(
      expect.objectContaining({ code: 'CORRUPT_CLOUD' }),
    );
  });

  it('refuses a count that the file does not hold', () => {
    for (const file of ['9\n1 2 3\n', '999999999\n1 2 3\n']) {
      expect(() => parseXyz(text(file), { maxPoints: 2e9 })).toThrow(
        expect.objectContaining({ code: 'CORRUPT_CLOUD' }),
      );
    }
  });
});

describe('meshes', () => {
  it('reads OBJ faces of all notations, backwards numbers and vertex colours', () => {
    const file = `# a square and a triangle
mtllib none.mtl
v 0 0 0 1 0 0
v 1 0 0 0 1 0
v 1 1 0 0 0 1
v 0 1 0 1 1 1
vn 0 0 1
f 1/1/1 2/2/1 3/3/1 4/4/1
f -4//1 -3//1 \\
 -2//1
`;
    expect(detectCloud(text(file))).toBe('model/obj');
    const cloud = parseObj(text(file), DEFAULT_LIMITS);
    expect([...(cloud.triangles ?? [])]).toEqual([0, 1, 2, 0, 2, 3, 0, 1, 2]);
    expect(listColours(cloud)).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
  });

  it('knows a binary STL although some of its facets have no normal, or no numbers', () => {
    const binary = new Uint8Array(84 + 4 * 50);
    const view = new DataView(binary.buffer);
    view.setUint32(80, 4, true);
    for (let facet = 0; facet < 4; facet++) {
      for (const [index, value] of [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, facet].entries()) {
        const isMissing = facet === 0 || (facet === 1 && index < 3);
        view.setFloat32(84 + facet * 50 + index * 4, isMissing ? Number.NaN : value, true);
      }
    }
    expect(detectCloud(binary)).toBe('model/stl');
    expect(parseStl(binary, DEFAULT_LIMITS).count).toBe(12);
  });

  it('reads the same STL from text and from bytes', () => {
    const corners = [0, 0, 0, 1, 0, 0, 0, 1, 0.5];
    const binary = new Uint8Array(84 + 50);
    const view = new DataView(binary.buffer);
    view.setUint32(80, 1, true);
    view.setFloat32(84 + 8, 1, true);
    for (const [index, value] of corners.entries()) view.setFloat32(96 + index * 4, value, true);
    const facet =
      'solid part\n facet normal 0 0 1\n outer loop\n vertex 0 0 0\n vertex 1 0 0\n vertex 0 1 0.5\n endloop\n endfacet\nendsolid part\n';
    for (const bytes of [binary, text(facet), text(facet.toUpperCase())]) {
      expect(detectCloud(bytes)).toBe('model/stl');
      const cloud = parseStl(bytes, DEFAULT_LIMITS);
      expect([...interleave(cloud)]).toEqual(corners);
      expect([...(cloud.triangles ?? [])]).toEqual([0, 1, 2]);
    }
  });
});
