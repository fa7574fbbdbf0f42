type Value = string | Uint8Array | readonly Element[][];

/** Tag (group and element in hexadecimal), value representation and value; a sequence's value is its items' elements. */
export type Element = readonly [tag: string, vr: string, value: Value];

const LONG = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);

/** A DICOM file (PS3.10) in explicit little endian, for tests. `elements` stand in ascending order of their tags. */
export function writeDicom(
  elements: readonly Element[],
  transferSyntax = '1.2.840.10008.1.2.1',
): Uint8Array<ArrayBuffer> {
  const meta = writeElement(['00020010', 'UI', transferSyntax]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const head = Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    writeElement(['00020000', 'UL', length]),
    meta,
  ]);
  return new Uint8Array(Buffer.concat([head, ...elements.map(writeElement)]));
}

/** A 16-bit number, for VR US and SS. */
export function short(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >> 8) & 255);
}

/** The elements of an image of one grey sample per pixel; `more` replaces or adds. */
export function describeGrey(
  size: { readonly widthPx: number; readonly heightPx: number; readonly bits: number },
  pixels: Uint8Array,
  more: readonly Element[] = [],
): Element[] {
  const usual: Element[] = [
    ['00280002', 'US', short(1)],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280010', 'US', short(size.heightPx)],
    ['00280011', 'US', short(size.widthPx)],
    ['00280100', 'US', short(size.bits)],
    ['00280101', 'US', short(size.bits)],
    ['00280102', 'US', short(size.bits - 1)],
    ['00280103', 'US', short(0)],
    ['7fe00010', 'OW', pixels],
  ];
  const replaced = new Set(more.map(([tag]) => tag));
  return [...usual.filter(([tag]) => !replaced.has(tag)), ...more].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Fragments wrapped in items (PS3.5 section A.4) behind an offset table, to be appended to a file whose last element is not the pixels. */
export function wrapFrames(frames: readonly Uint8Array[], table = new Uint8Array(0)): Uint8Array {
  const item = (bytes: Uint8Array) => {
    const head = Buffer.from('feff00e000000000', 'hex');
    head.writeUInt32LE(bytes.length + (bytes.length % 2), 4);
    return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)]);
  };
  const head = Buffer.from('e07f10004f420000ffffffff', 'hex');
  return Buffer.concat([head, item(table), ...frames.map(item), Buffer.from('feffdde000000000', 'hex')]);
}

function writeElement([tag, vr, value]: Element): Buffer {
  const bytes = pad(encode(value), vr);
  const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4);
  if (LONG.has(vr)) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'latin1');
  if (value instanceof Uint8Array) return Buffer.from(value);
  return Buffer.concat(
    value.map((elements) => {
      const item = Buffer.concat(elements.map(writeElement));
      const head = Buffer.from('feff00e000000000', 'hex');
      head.writeUInt32LE(item.length, 4);
      return Buffer.concat([head, item]);
    }),
  );
}

function pad(bytes: Buffer, vr: string): Buffer {
  return bytes.length % 2 === 0
    ? bytes
    : Buffer.concat([bytes, Buffer.from(vr === 'UI' || vr === 'OB' ? '\0' : ' ')]);
}
