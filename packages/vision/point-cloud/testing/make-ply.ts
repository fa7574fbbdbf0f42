/** Builds PLY files for tests and benchmarks. */
export interface PlyColumn {
  readonly name: string;
  readonly type: 'char' | 'uchar' | 'short' | 'ushort' | 'int' | 'uint' | 'float' | 'double';
  readonly values: ArrayLike<number>;
}

export type PlyEncoding = 'ascii' | 'binary_little_endian' | 'binary_big_endian';

const SIZES = { char: 1, uchar: 1, short: 2, ushort: 2, int: 4, uint: 4, float: 4, double: 8 };

/** A PLY file of one element `vertex` with these columns. */
export function makePly(encoding: PlyEncoding, columns: readonly PlyColumn[]): Uint8Array<ArrayBuffer> {
  const count = columns[0]?.values.length ?? 0;
  const properties = columns.map(({ name, type }) => `property ${type} ${name}\n`).join('');
  const header = `ply\nformat ${encoding} 1.0\ncomment made\nelement vertex ${count}\n${properties}end_header\n`;
  if (encoding === 'ascii') return new Uint8Array(Buffer.from(header + makeRows(columns, count)));
  const stride = columns.reduce((sum, { type }) => sum + SIZES[type], 0);
  const bytes = new Uint8Array(header.length + stride * count);
  bytes.set(Buffer.from(header));
  const view = new DataView(bytes.buffer, header.length);
  let start = 0;
  for (const { type, values } of columns) {
    for (let i = 0, at = start; i < count; i++, at += stride) {
      write(view, at, type, values[i] ?? 0, encoding === 'binary_little_endian');
    }
    start += SIZES[type];
  }
  return bytes;
}

function makeRows(columns: readonly PlyColumn[], count: number): string {
  const rows: string[] = [];
  for (let i = 0; i < count; i++) rows.push(columns.map(({ values }) => String(values[i])).join(' '));
  return `${rows.join('\n')}\n`;
}

function write(view: DataView, at: number, type: PlyColumn['type'], value: number, little: boolean): void {
  if (type === 'char') view.setInt8(at, value);
  else if (type === 'uchar') view.setUint8(at, value);
  else if (type === 'short') view.setInt16(at, value, little);
  else if (type === 'ushort') view.setUint16(at, value, little);
  else if (type === 'int') view.setInt32(at, value, little);
  else if (type === 'uint') view.setUint32(at, value, little);
  else if (type === 'float') view.setFloat32(at, value, little);
  else view.setFloat64(at, value, little);
}
