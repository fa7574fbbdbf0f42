import { spawnSync } from 'node:child_process';

/** A picture's pixels: RGB, 8 bits. */
interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const MIF1 = 'heic\0\0\0\0mif1heic';
const GRID_ID = 10_000;

/**
 * A HEIC file as phones write them, samples spanning 0 to 255, or one that shows the picture `columns` × `rows` times, each tile a picture
 * of its own to the decoder. `undefined` without an ffmpeg command that encodes HEVC.
 */
export function encodeHeic({ data, width, height }: Pixels, columns = 1, rows = 1): Uint8Array | undefined {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-i', '-'];
  const codec = ['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1', '-pix_fmt', 'yuvj420p'];
  const parameters = ['-x265-params', 'range=full:crf=20:keyint=1:log-level=none'];
  const output = ['-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov', '-'];
  const { status, stdout } = spawnSync(
    'ffmpeg',
    ['-loglevel', 'error', ...input, ...codec, ...parameters, ...output],
    { input: data, maxBuffer: 2 ** 28 },
  );
  if (status !== 0) return undefined;
  const configuration = cutBox(stdout, 'hvcC');
  const hevc = cutBox(stdout, 'mdat').subarray(8);
  return wrap({ configuration, hevc, width, height, columns, rows });
}

interface Wrapped {
  readonly configuration: Buffer;
  readonly hevc: Buffer;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
}

/** ISO/IEC 23008-12: one item per tile, all of the same bytes, and over several a grid. */
function wrap({ configuration, hevc, width, height, columns, rows }: Wrapped): Buffer {
  const tiles = Array.from({ length: columns * rows }, (_, index) => index + 1);
  const isGrid = tiles.length > 1;
  const whole = [width * columns, height * rows] as const;
  const grid = isGrid
    ? Buffer.concat([Buffer.of(0, 1, rows - 1, columns - 1), words(...whole)])
    : Buffer.alloc(0);
  const items = tiles.map((id) => ({ id, type: 'hvc1', at: 0, length: hevc.length, properties: [0x81, 2] }));
  if (isGrid)
    items.push({ id: GRID_ID, type: 'grid', at: hevc.length, length: grid.length, properties: [3] });

  const describe = items.map(({ id, type }) =>
    fullBox('infe', [halves(id, 0), Buffer.from(`${type}\0`)], 2, isGrid && type === 'hvc1' ? 1 : 0),
  );
  const associate = items.map(({ id, properties }) =>
    Buffer.concat([halves(id), Buffer.of(properties.length, ...properties)]),
  );
  const properties = box('iprp', [
    box('ipco', [configuration, fullBox('ispe', [words(width, height)]), fullBox('ispe', [words(...whole)])]),
    fullBox('ipma', [words(items.length), ...associate]),
  ]);
  const references = isGrid
    ? [fullBox('iref', [box('dimg', [halves(GRID_ID, tiles.length, ...tiles)])])]
    : [];
  const writeMeta = (dataAt: number) =>
    fullBox('meta', [
      fullBox('hdlr', [words(0), Buffer.from('pict'), Buffer.alloc(13)]),
      fullBox('pitm', [halves(isGrid ? GRID_ID : 1)]),
      fullBox('iloc', [
        Buffer.of(0x44, 0),
        halves(items.length),
        ...items.flatMap(({ id, at, length }) => [halves(id, 0, 1), words(dataAt + at, length)]),
      ]),
      fullBox('iinf', [halves(items.length), ...describe]),
      ...references,
      properties,
    ]);
  const brands = box('ftyp', [Buffer.from(MIF1)]);
  const dataAt = brands.length + writeMeta(0).length + 8;
  return Buffer.concat([brands, writeMeta(dataAt), box('mdat', [hevc, grid])]);
}

/** The first box of a name, header included. */
function cutBox(file: Buffer, name: string): Buffer {
  const at = file.indexOf(name) - 4;
  return file.subarray(at, at + file.readUInt32BE(at));
}

function box(name: string, content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([words(body.length + 8), Buffer.from(name), body]);
}

function fullBox(name: string, content: readonly Uint8Array[], version = 0, flags = 0): Buffer {
  return box(name, [words(((version << 24) | flags) >>> 0), ...content]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function halves(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}
