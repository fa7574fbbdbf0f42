import { crc32, deflateSync } from 'node:zlib';

export type Colour = readonly [number, number, number];

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PALETTE = 3;
/** Higher levels take several times longer for a third less. */
const DEFLATE = { level: 2 };

/**
 * PNG (ISO/IEC 15948) of palette indexes, one byte each, row by row. With at most 16 colours, two pixels share a byte.
 * @param palette 1..256 colours; every index must name one
 */
export function encodeIndexedPng(
  indexes: Uint8Array,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  palette: readonly Colour[],
): Uint8Array {
  const bits = palette.length <= 16 ? 4 : 8;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([bits, PALETTE, 0, 0, 0], 8);
  const rows = bits === 4 ? packPairs(indexes, widthPx, heightPx) : prefixRows(indexes, widthPx, heightPx);
  return Buffer.concat([
    SIGNATURE,
    ...makeChunk('IHDR', header),
    ...makeChunk('PLTE', Uint8Array.from(palette.flat())),
    ...makeChunk('IDAT', deflateSync(rows, DEFLATE)),
    ...makeChunk('IEND', new Uint8Array(0)),
  ]);
}

/** Each row begins with the byte of its filter: 0, none. */
function packPairs(indexes: Uint8Array, widthPx: number, heightPx: number): Uint8Array {
  const stride = 1 + Math.ceil(widthPx / 2);
  const pairs = widthPx >> 1;
  const packed = new Uint8Array(stride * heightPx);
  for (let y = 0; y < heightPx; y++) {
    let from = y * widthPx;
    const start = y * stride + 1;
    for (let at = start; at < start + pairs; at++, from += 2) {
      packed[at] = ((indexes[from] as number) << 4) | (indexes[from + 1] as number);
    }
    if (widthPx % 2 === 1) packed[start + pairs] = (indexes[from] as number) << 4;
  }
  return packed;
}

function prefixRows(indexes: Uint8Array, widthPx: number, heightPx: number): Uint8Array {
  const rows = new Uint8Array((widthPx + 1) * heightPx);
  for (let y = 0; y < heightPx; y++) {
    rows.set(indexes.subarray(y * widthPx, (y + 1) * widthPx), y * (widthPx + 1) + 1);
  }
  return rows;
}

function makeChunk(type: string, data: Uint8Array): readonly Uint8Array[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(data, crc32(head.subarray(4))));
  return [head, data, check];
}
