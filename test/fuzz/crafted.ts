import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { makeTiff } from '../../packages/vision/image/testing/make-tiff.ts';
import { makePly } from '../../packages/vision/point-cloud/testing/make-ply.ts';
import { makeNpy, makeWav, makeZip } from '../../packages/vision/time-series/testing/make-files.ts';
import { describeGrey, writeDicom } from '../../packages/vision/volume/testing/write-dicom.ts';
import { makeParquet } from './make-parquet.ts';

/** A file made to do harm. */
export interface CraftedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly declaredMediaType?: string;
}

const MEBIBYTE = 2 ** 20;
const nans = new Float64Array(64).fill(Number.NaN);
const none = new Float64Array(0);
const columns = (values: ArrayLike<number>) =>
  ['x', 'y', 'z'].map((name) => ({ name, type: 'float' as const, values }));

/** Files that hold nothing: no rows, no points, no voxels, or nothing that is a number. */
export const emptyFiles: readonly CraftedFile[] = [
  { name: 'no bytes', bytes: new Uint8Array() },
  { name: 'a csv of its header alone', bytes: text('time,value\n') },
  { name: 'a csv without a number', bytes: text(`time,value\n${'2024-01-01,NaN\n'.repeat(40)}`) },
  { name: 'a csv of empty cells', bytes: text(`a,b\n${',\n'.repeat(40)}`) },
  { name: 'json without rows', bytes: text('[]') },
  { name: 'json of nulls', bytes: text(JSON.stringify(Array.from({ length: 30 }, () => ({ v: null })))) },
  { name: 'json lines of nulls', bytes: text('{"v":null}\n'.repeat(30)) },
  { name: 'npy without rows', bytes: makeNpy('<f8', [0], none) },
  { name: 'npy of nan', bytes: makeNpy('<f8', [64], nans) },
  {
    name: 'npy of infinities',
    bytes: makeNpy(
      '<f8',
      [64],
      nans.map(() => Number.POSITIVE_INFINITY),
    ),
  },
  { name: 'npz without arrays', bytes: makeZip({}) },
  { name: 'npz of nan', bytes: makeZip({ 'v.npy': makeNpy('<f8', [64], nans) }) },
  { name: 'parquet without rows', bytes: makeParquet(none) },
  { name: 'parquet of nan', bytes: makeParquet(nans) },
  { name: 'wav without samples', bytes: makeWav(new Int16Array(0)) },
  { name: 'wav of nan', bytes: makeWav(Float32Array.from(nans), { coding: 3, bits: 32 }) },
  ...(['ascii', 'binary_little_endian', 'binary_big_endian'] as const).flatMap((encoding) => [
    { name: `${encoding} ply without points`, bytes: makePly(encoding, columns(none)) },
    { name: `${encoding} ply of nan`, bytes: makePly(encoding, columns(nans)) },
    { name: `${encoding} ply at the origin`, bytes: makePly(encoding, columns(nans.map(() => 0))) },
  ]),
  { name: 'pcd without points', bytes: makePcd(0, '') },
  { name: 'pcd of nan', bytes: makePcd(50, 'nan nan nan\n'.repeat(50)) },
  { name: 'xyz of nan', bytes: text(`X Y Z\n${'nan nan nan\n'.repeat(50)}`) },
  { name: 'xyz of its header alone', bytes: text('X Y Z\n'), declaredMediaType: 'text/x-xyz' },
  { name: 'pts without points', bytes: text('0\n'), declaredMediaType: 'model/x-pts' },
  { name: 'obj without faces or numbers', bytes: text(`${'v nan nan nan\n'.repeat(9)}f 1 2 3\n`) },
  { name: 'obj without vertices', bytes: text('o nothing\nf 1 2 3\n') },
  { name: 'stl without facets', bytes: text('solid s\nendsolid s\n') },
  {
    name: 'stl of nan',
    bytes: text(
      `solid s\n${`facet normal 0 0 1\nouter loop\n${'vertex nan nan nan\n'.repeat(3)}endloop\nendfacet\n`.repeat(9)}endsolid s\n`,
    ),
  },
  {
    name: 'nifti of nan',
    bytes: makeNifti(
      [8, 8, 8],
      Float32Array.from({ length: 512 }, () => Number.NaN),
    ),
  },
  { name: 'nifti without voxels', bytes: makeNifti([0, 8, 8], new Float32Array(0)) },
  {
    name: 'dicom without pixels',
    bytes: writeDicom(describeGrey({ widthPx: 8, heightPx: 8, bits: 16 }, new Uint8Array(0))),
  },
  {
    name: 'dicom of no rows',
    bytes: writeDicom(describeGrey({ widthPx: 8, heightPx: 0, bits: 16 }, new Uint8Array(128))),
  },
];

/** Files whose numbers promise, or whose packing hides, far more than their bytes. */
export const bombs: readonly CraftedFile[] = [
  { name: 'png of 1 GB', bytes: makePng(30_000, 12_000, deflateSync(new Uint8Array(16 * MEBIBYTE))) },
  {
    name: 'png with a text of 64 MB',
    bytes: makePng(4, 4, deflateSync(new Uint8Array(52)), 64 * MEBIBYTE),
  },
  {
    name: 'npz that unpacks to 64 MB',
    bytes: makeZip({ 'v.npy': makeNpy('<f8', [8 * MEBIBYTE], zeros(64)) }),
  },
  {
    name: 'npz that hides its size',
    bytes: makeZip({ 'v.npy': makeNpy('<f8', [8 * MEBIBYTE], zeros(64)) }, () => 900),
  },
  { name: 'npz of 2,000 arrays', bytes: makeZip(Object.fromEntries(manyArrays(2000))) },
  { name: 'npy that states 2^40 rows', bytes: makeNpy('<f8', [2 ** 40], nans) },
  { name: 'npy whose sides overflow', bytes: makeNpy('<f8', [2 ** 32, 2 ** 32, 2 ** 32], nans) },
  { name: 'parquet page that unpacks to 64 MB', bytes: makeParquet(new Float64Array(8 * MEBIBYTE)) },
  {
    name: 'parquet page that hides its size',
    bytes: makeParquet(new Float64Array(8 * MEBIBYTE), { unpackedBytes: 800, rows: 100 }),
  },
  { name: 'parquet of 2^31 - 1 rows', bytes: makeParquet(new Float64Array(100), { rows: 2 ** 31 - 1 }) },
  {
    name: 'parquet page that states 2 GB',
    bytes: makeParquet(new Float64Array(100), { unpackedBytes: 2 ** 31 - 1 }),
  },
  { name: 'nifti that unpacks to 64 MB', bytes: new Uint8Array(gzipSync(new Uint8Array(64 * MEBIBYTE))) },
  {
    name: 'nifti that unpacks to more than it states',
    bytes: new Uint8Array(gzipSync(Buffer.concat([makeNifti([8, 8, 8], new Float32Array(512)), zeros(64)]))),
  },
  { name: 'nifti of 32767³ voxels', bytes: makeNifti([32_767, 32_767, 32_767], new Float32Array(512)) },
  {
    name: 'gzipped nifti of 32767³ voxels',
    bytes: new Uint8Array(gzipSync(makeNifti([32_767, 32_767, 32_767], new Float32Array(512)))),
  },
  {
    name: 'ply of 2^53 points',
    bytes: text(
      'ply\nformat binary_little_endian 1.0\nelement vertex 9007199254740993\nproperty float x\nproperty float y\nproperty float z\nend_header\n',
    ),
  },
  {
    name: 'ply of empty records',
    bytes: text(
      'ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement nothing 4000000000\nend_header\n0 0 0\n1 0 0\n0 1 1\n',
    ),
  },
  {
    name: 'ply with a list of 4 billion',
    bytes: new Uint8Array(
      Buffer.concat([
        text(
          'ply\nformat binary_little_endian 1.0\nelement face 1\nproperty list uint uint vertex_indices\nend_header\n',
        ),
        Buffer.alloc(8, 255),
      ]),
    ),
  },
  { name: 'pcd that unpacks to 4 GB', bytes: makePackedPcd(300_000_000, 4_000_000_000) },
  {
    name: 'obj with a face of 30,000 corners',
    bytes: text(`v 0 0 0\nv 1 0 0\nv 0 1 0\nf${' 1 2 3'.repeat(10_000)}\n`),
  },
  { name: 'a csv of 100,000 columns', bytes: text(`${'1,'.repeat(100_000)}1\n`.repeat(3)) },
  { name: 'a csv of one endless number', bytes: text(`v\n${'1'.repeat(2_000_000)}\n2\n`) },
  { name: 'json nested 500,000 deep', bytes: text('['.repeat(500_000)) },
  {
    name: 'json of objects nested 100,000 deep',
    bytes: text(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  },
  {
    name: 'json of 100,000 names',
    bytes: text(JSON.stringify(Array.from({ length: 100_000 }, (_, i) => ({ [`k${i}`]: i })))),
  },
  { name: 'wav of 30,000 channels', bytes: makeWav(new Int16Array(70_000), { channels: 30_000 }) },
  {
    name: 'dicom of 65,535 × 65,535',
    bytes: writeDicom(describeGrey({ widthPx: 65_535, heightPx: 65_535, bits: 16 }, new Uint8Array(128))),
  },
  { name: 'a gif of 65,535 × 65,535', bytes: makeGif(65_535, 65_535) },
  {
    name: 'an organised tiff of 2^32 pixels',
    bytes: overwriteSides(makeTiff([{ width: 8, height: 8, bands: [nans, nans, nans] }]), 65_536),
  },
  {
    name: 'a float tiff of 1,400 × 1,400 without its data',
    bytes: overwriteSides(makeTiff([{ width: 8, height: 8, bands: [nans] }]), 1400),
  },
  { name: 'a tiff whose directory is its own next', bytes: makeLoopingTiff() },
];

function text(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value));
}

function zeros(mebibytes: number): Uint8Array {
  return new Uint8Array(mebibytes * MEBIBYTE);
}

function manyArrays(count: number): [string, Uint8Array][] {
  return Array.from({ length: count }, (_, i) => [`v${i}.npy`, makeNpy('<f8', [2], Float64Array.of(i, 1))]);
}

function makePcd(points: number, rows: string): Uint8Array {
  return text(
    `VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH ${points}\nHEIGHT 1\nPOINTS ${points}\nDATA ascii\n${rows}`,
  );
}

function makePackedPcd(points: number, unpackedBytes: number): Uint8Array {
  const header = `VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH ${points}\nHEIGHT 1\nPOINTS ${points}\nDATA binary_compressed\n`;
  const packed = Buffer.alloc(MEBIBYTE);
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32LE(packed.length, 0);
  sizes.writeUInt32LE(unpackedBytes, 4);
  return new Uint8Array(Buffer.concat([Buffer.from(header), sizes, packed]));
}

/** NIfTI-1 of float32: sizes at byte 40, type 16 at 70, 32 bits at 72, voxels at 352. */
function makeNifti(sides: readonly [number, number, number], values: Float32Array): Uint8Array {
  const header = Buffer.alloc(352);
  header.writeInt32LE(348, 0);
  header.writeInt16LE(3, 40);
  for (const [axis, side] of sides.entries()) header.writeInt16LE(side, 42 + axis * 2);
  for (let axis = 3; axis < 7; axis++) header.writeInt16LE(1, 42 + axis * 2);
  header.writeInt16LE(16, 70);
  header.writeInt16LE(32, 72);
  for (let axis = 0; axis < 8; axis++) header.writeFloatLE(1, 76 + axis * 4);
  header.writeFloatLE(352, 108);
  header.write('n+1\0', 344, 'latin1');
  return new Uint8Array(Buffer.concat([header, Buffer.from(values.buffer)]));
}

function makePng(widthPx: number, heightPx: number, data: Uint8Array, textBytes = 0): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, 2], 8);
  const packedText = textBytes === 0 ? undefined : deflateSync(new Uint8Array(textBytes).fill(65));
  return new Uint8Array(
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      makePngChunk('IHDR', header),
      ...(packedText === undefined
        ? []
        : [makePngChunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), packedText]))]),
      makePngChunk('IDAT', data),
      makePngChunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

function makePngChunk(type: string, body: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const content = Buffer.concat([Buffer.from(type), body]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}

function makeGif(widthPx: number, heightPx: number): Uint8Array {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(widthPx, 0);
  size.writeUInt16LE(heightPx, 2);
  return new Uint8Array(
    Buffer.concat([
      Buffer.from('GIF89a'),
      size,
      Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c, 0, 0, 0, 0]),
      size,
      Buffer.from([0, 2, 2, 0x44, 1, 0, 0x3b]),
    ]),
  );
}

/** States another width and height (tags 256 and 257) in the only directory of a little-endian TIFF. */
function overwriteSides(bytes: Uint8Array<ArrayBuffer>, side: number): Uint8Array {
  const view = new DataView(bytes.buffer);
  const directory = view.getUint32(4, true);
  for (let at = directory + 2, left = view.getUint16(directory, true); left > 0; left--, at += 12) {
    const tag = view.getUint16(at, true);
    if (tag === 256 || tag === 257) view.setUint32(at + 8, side, true);
  }
  return bytes;
}

/** Two pixels, and a directory that names itself as the next page. */
function makeLoopingTiff(): Uint8Array {
  const fields: readonly (readonly [tag: number, type: number, value: number])[] = [
    [256, 3, 2],
    [257, 3, 1],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 200],
    [277, 3, 1],
    [278, 3, 1],
    [279, 4, 2],
  ];
  const bytes = Buffer.alloc(202);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(fields.length, 8);
  for (const [index, [tag, type, value]] of fields.entries()) {
    const at = 10 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  bytes.writeUInt32LE(8, 10 + fields.length * 12);
  return new Uint8Array(bytes);
}
