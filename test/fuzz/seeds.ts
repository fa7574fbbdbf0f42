import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { makeTiff } from '../../packages/vision/image/testing/make-tiff.ts';
import { makePly } from '../../packages/vision/point-cloud/testing/make-ply.ts';
import { makeNpy, makeWav, makeZip } from '../../packages/vision/time-series/testing/make-files.ts';
import { createRandom } from './random.ts';

/** A sound file to spoil. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly declaredMediaType?: string;
  /** Each conversion starts a process of its own: fewer are made. */
  readonly isSlow?: boolean;
}

const root = new URL('../../', import.meta.url);

/** One of the smaller files for each format and way of packing: real ones, or made where none is small. */
export async function loadSeeds(): Promise<readonly Seed[]> {
  return [...(await loadImages()), ...loadClouds(), ...loadSeries(), ...loadVolumes(), ...loadVideos()];
}

async function loadImages(): Promise<Seed[]> {
  const photograph = sharp(readFile('packages/vision/fixtures/candle.jpg')).resize(96, 80, { fit: 'fill' });
  const encode = async (name: string, image: Sharp) => ({
    name,
    bytes: new Uint8Array(await image.toBuffer()),
  });
  const bitmaps = ['palette8.bmp', 'palette4.bmp', 'rgb565.bmp', 'masks32.bmp'];
  const heifs = ['thumb.heic', 'grid.heic', 'two-pictures.heic'];
  const others = ['three-frames.gif', 'three-frames.webp', 'three-pages.tif', 'grey16-lzw.tif', 'cmyk.jpg'];
  const ramp = Float32Array.from({ length: 900 }, (_, i) => 1 + (i % 30) / 7);
  const shape = { width: 30, height: 30 };
  return [
    { name: 'float tiff', bytes: makeTiff([{ ...shape, bands: [ramp] }]) },
    {
      name: 'organised tiff',
      bytes: makeTiff([{ ...shape, bands: [ramp, ramp.toSorted(), ramp.toReversed()] }]),
    },
    {
      name: 'signed tiff',
      bytes: makeTiff([{ ...shape, bands: [Int16Array.from(ramp, (value) => value * 99)] }], false),
    },
    await encode('jpeg', photograph.clone().jpeg()),
    await encode('progressive jpeg', photograph.clone().jpeg({ progressive: true })),
    await encode('png', photograph.clone().png()),
    await encode('interlaced png', photograph.clone().png({ progressive: true, palette: true })),
    await encode('webp', photograph.clone().webp()),
    await encode('lossless webp', photograph.clone().webp({ lossless: true })),
    await encode('avif', photograph.clone().avif()),
    await encode('gif', photograph.clone().gif()),
    await encode('tiff', photograph.clone().tiff({ compression: 'lzw' })),
    await encode('tiled tiff', photograph.clone().tiff({ compression: 'deflate', tile: true })),
    { name: 'plain bmp', bytes: makeBitmap(32, 24) },
    ...[...others, ...bitmaps, ...heifs].map((name) => readSeed(name, `packages/vision/fixtures/${name}`)),
  ];
}

function loadClouds(): Seed[] {
  const clouds = 'test/fixtures/pointclouds';
  const random = createRandom(1);
  const columns = ['x', 'y', 'z'].map((name) => ({
    name,
    type: 'float' as const,
    values: Array.from({ length: 200 }, random),
  }));
  const rows = Array.from({ length: 200 }, () => `${random()} ${random()} ${random()}\n`).join('');
  const facet =
    'facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0.5\nendloop\nendfacet\n';
  return [
    { name: 'binary ply', bytes: makePly('binary_little_endian', columns) },
    { name: 'big-endian ply', bytes: makePly('binary_big_endian', columns) },
    { name: 'ascii ply', bytes: makePly('ascii', columns) },
    readSeed('ply with faces', `${clouds}/octagonal_pocket.ply`),
    readSeed('pcd of text', `${clouds}/simple-ascii.pcd`),
    readSeed('packed pcd', `${clouds}/milk.pcd`),
    { name: 'binary pcd', bytes: makePcd(200, random) },
    { name: 'las', bytes: cutLas(readFile(`${clouds}/ripple.las`), 300) },
    readSeed('laz', `${clouds}/pdrf6-1.4.laz`),
    readSeed('xyz', `${clouds}/points_cloudcompare.xyz`),
    { name: 'pts', bytes: text(`200\n${rows}`) },
    {
      name: 'xyz with decimal commas',
      bytes: text(`X;Y;Z\n${rows.replaceAll(' ', ';').replaceAll('.', ',')}`),
    },
    { name: 'undeclared columns', bytes: text(rows), declaredMediaType: 'text/x-xyz' },
    { name: 'obj', bytes: text(`v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\n${'f 1 2 3\nf 1 2 4\n'.repeat(20)}`) },
    { name: 'stl of text', bytes: text(`solid s\n${facet.repeat(20)}endsolid s\n`) },
    { name: 'binary stl', bytes: makeStl(30, random) },
  ];
}

function loadSeries(): Seed[] {
  const wave = Float64Array.from({ length: 600 }, (_, i) => Math.sin(i / 9));
  const rows = Array.from({ length: 80 }, (_, i) => ({
    time: new Date(1.7e12 + i * 6e4).toISOString(),
    v: i % 7,
    w: i / 3,
  }));
  const parquets = [
    'byte_stream_split.zstd',
    'byte_stream_split_extended.gzip',
    'datapage_v2.snappy',
    'delta_encoding_optional_column',
    'hadoop_lz4_compressed',
    'brotli_compressed',
    'rowgroups',
  ];
  const ticks = Float64Array.from(wave, (_, i) => i);
  return [
    { name: 'csv', bytes: readFile('test/fixtures/timeseries/art_daily_jumpsup.csv').subarray(0, 3000) },
    {
      name: 'quoted csv',
      bytes: text(`"t";"v"\n${rows.map(({ time, w }) => `"${time}";"${w}"`).join('\n')}\n`),
    },
    {
      name: 'long csv',
      bytes: text(
        `time,sensor,value\n${rows.map(({ time, w }, i) => `${time},s${i % 3},${w}`).join('\n')}\n`,
      ),
    },
    { name: 'json', bytes: text(JSON.stringify({ rows })) },
    { name: 'json lines', bytes: text(rows.map((row) => JSON.stringify(row)).join('\n')) },
    { name: 'npy', bytes: makeNpy('<f8', [200, 3], wave) },
    {
      name: 'npz',
      bytes: makeZip({ 't.npy': makeNpy('<f8', [600], ticks), 'v.npy': makeNpy('<f8', [600], wave) }),
    },
    {
      name: 'wav',
      bytes: makeWav(
        Int16Array.from(wave, (v) => v * 3e4),
        { channels: 2, title: 'x' },
      ),
    },
    { name: 'float wav', bytes: makeWav(Float32Array.from(wave), { coding: 3, bits: 32 }) },
    ...parquets.map((name) =>
      readSeed(`${name} parquet`, `test/fixtures/timeseries/parquet/${name}.parquet`),
    ),
  ];
}

function loadVolumes(): Seed[] {
  const volumes = 'test/fixtures/volumes';
  const dicoms = [
    'MR_small_RLE',
    'MR_small_implicit',
    'SC_rgb_small_odd_jpeg',
    'image_dfl',
    'MR_small_bigendian',
  ];
  return [
    ...dicoms.map((name) => readSeed(`${name} dicom`, `${volumes}/${name}.dcm`)),
    { name: 'dicom without preamble', bytes: readFile(`${volumes}/MR_small_RLE.dcm`).subarray(132) },
    readSeed('nifti', `${volumes}/head-float-big-endian.nii`),
    readSeed('gzipped nifti', `${volumes}/head-ras.nii.gz`),
    {
      name: 'unpacked nifti',
      bytes: new Uint8Array(gunzipSync(readFile(`${volumes}/head-scaled-named.nii.gz`))),
    },
  ];
}

function loadVideos(): Seed[] {
  const made = 'test/fixtures/video/made';
  const containers = [
    'numbered.mp4',
    'fragmented.mp4',
    'variable.mkv',
    'vp9.webm',
    'mpeg4.avi',
    'rotated-90.mp4',
    'animated.png',
    'animated.avif',
  ];
  const animations = ['animated.gif', 'animated.webp'];
  return [
    ...containers.map((name) => ({ ...readSeed(`video ${name}`, `${made}/${name}`), isSlow: true })),
    ...animations.map((name) => readSeed(`video ${name}`, `${made}/${name}`)),
  ];
}

function readSeed(name: string, path: string): Seed {
  return { name, bytes: readFile(path) };
}

function readFile(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, root)));
}

function text(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value));
}

function makePcd(points: number, random: () => number): Uint8Array {
  const header = `VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH ${points}\nHEIGHT 1\nPOINTS ${points}\nDATA binary\n`;
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(header),
      Buffer.from(Float32Array.from({ length: points * 3 }, random).buffer),
    ]),
  );
}

/** 24 bits a pixel, bottom-up, rows of whole words. */
function makeBitmap(width: number, height: number): Uint8Array {
  const bytes = Uint8Array.from({ length: 54 + width * height * 3 }, (_, i) => (i < 54 ? 0 : (i * 7) % 251));
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint32(26, 0x18_0001, true);
  return bytes;
}

function makeStl(facets: number, random: () => number): Uint8Array {
  const bytes = new Uint8Array(84 + facets * 50);
  const view = new DataView(bytes.buffer);
  view.setUint32(80, facets, true);
  for (let facet = 0; facet < facets; facet++) {
    for (let i = 3; i < 12; i++) view.setFloat32(84 + facet * 50 + i * 4, random(), true);
  }
  return bytes;
}

/** The first points of a LAS file of version 1.2 or less (LAS 1.2, table 3: offset, record length, count). */
function cutLas(whole: Uint8Array, points: number): Uint8Array {
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  const end = view.getUint32(96, true) + points * view.getUint16(105, true);
  const bytes = new Uint8Array(whole.subarray(0, end));
  new DataView(bytes.buffer).setUint32(107, points, true);
  return bytes;
}
