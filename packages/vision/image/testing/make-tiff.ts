/** One page of a TIFF file to be made. */
export interface TiffPageToMake {
  readonly width: number;
  readonly height: number;
  /** One array per channel. */
  readonly bands: readonly (Float32Array | Float64Array | Int16Array | Uint16Array | Uint8Array)[];
  /** Channels one after the other instead of pixel by pixel. */
  readonly isPlanar?: boolean;
  /** 1 is black at zero (default), 2 is RGB. */
  readonly photometric?: number;
  /** 1 marks a reduced copy. */
  readonly subfileType?: number;
}

const SHORT = 3;
const LONG = 4;

/** An uncompressed TIFF (TIFF 6.0) with these pages, for tests. */
export function makeTiff(pages: readonly TiffPageToMake[], little = true): Uint8Array<ArrayBuffer> {
  const blocks: Buffer[] = [];
  let at = 8;
  const put = (block: Buffer) => {
    const place = at;
    const even = block.length % 2 === 0 ? block : Buffer.concat([block, Buffer.alloc(1)]);
    blocks.push(even);
    at += even.length;
    return place;
  };
  const write = (size: number, values: readonly number[]) => {
    const block = Buffer.alloc(size * values.length);
    for (const [index, value] of values.entries()) {
      if (size === 2) little ? block.writeUInt16LE(value, index * 2) : block.writeUInt16BE(value, index * 2);
      else little ? block.writeUInt32LE(value, index * 4) : block.writeUInt32BE(value, index * 4);
    }
    return block;
  };
  const links: { readonly block: Buffer; readonly place: number }[] = [];
  const starts: number[] = [];
  for (const page of pages) {
    const [first] = page.bands;
    if (first === undefined) throw new Error('a page needs a channel');
    const planes = page.isPlanar ? page.bands.map((band) => [band]) : [page.bands];
    const strips = planes.map((bands) => Buffer.concat(interleave(bands, page.width * page.height, little)));
    const offsets = strips.map(put);
    const samples = page.bands.length;
    const repeat = (value: number) => new Array<number>(samples).fill(value);
    const format = first instanceof Int16Array ? 2 : 'BYTES_PER_ELEMENT' in first && isFloat(first) ? 3 : 1;
    const fields: (readonly [tag: number, type: number, values: readonly number[]])[] = [
      [254, LONG, [page.subfileType ?? 0]],
      [256, LONG, [page.width]],
      [257, LONG, [page.height]],
      [258, SHORT, repeat(first.BYTES_PER_ELEMENT * 8)],
      [259, SHORT, [1]],
      [262, SHORT, [page.photometric ?? 1]],
      [273, LONG, offsets],
      [277, SHORT, [samples]],
      [278, LONG, [page.height]],
      [279, LONG, strips.map(({ length }) => length)],
      [284, SHORT, [page.isPlanar ? 2 : 1]],
      [339, SHORT, repeat(format)],
    ];
    const entries = fields.map(([tag, type, values]) => {
      const size = type === SHORT ? 2 : 4;
      const data = write(size, values);
      const inline =
        data.length <= 4 ? Buffer.concat([data, Buffer.alloc(4 - data.length)]) : write(4, [put(data)]);
      return Buffer.concat([write(2, [tag, type]), write(4, [values.length]), inline]);
    });
    const directory = Buffer.concat([write(2, [fields.length]), ...entries, Buffer.alloc(4)]);
    starts.push(put(directory));
    links.push({ block: blocks.at(-1) ?? directory, place: directory.length - 4 });
  }
  for (const [index, { block, place }] of links.entries())
    write(4, [starts[index + 1] ?? 0]).copy(block, place);
  const magic = Buffer.concat([
    Buffer.from(little ? 'II' : 'MM'),
    write(2, [42]),
    write(4, [starts[0] ?? 0]),
  ]);
  return new Uint8Array(Buffer.concat([magic, ...blocks]));
}

function isFloat(band: ArrayBufferView): boolean {
  return band instanceof Float32Array || band instanceof Float64Array;
}

function interleave(bands: TiffPageToMake['bands'], pixels: number, little: boolean): Buffer[] {
  const parts: Buffer[] = [];
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (const band of bands) {
      const size = band.BYTES_PER_ELEMENT;
      const bytes = Buffer.from(band.buffer, band.byteOffset + pixel * size, size);
      // Typed arrays are little-endian on every machine that runs Node.
      parts.push(little ? bytes : Buffer.from(bytes).reverse());
    }
  }
  return parts;
}
