import { crc32, deflateRawSync } from 'node:zlib';

/** A NumPy file, format 1.0, from the bytes of its elements. */
export function makeNpy(
  descr: string,
  shape: readonly number[],
  data: ArrayBufferView,
  fortran: boolean = false,
): Buffer {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${sides}), }`;
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(header), bytes]);
}

/** A ZIP with deflated files; `lie` changes the size that the directory states. */
export function makeZip(
  files: Readonly<Record<string, Uint8Array>>,
  lie: (bytes: number) => number = (n) => n,
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, data] of Object.entries(files)) {
    const packed = deflateRawSync(data);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(lie(data.length), 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, more, Buffer.from(name)]),
    );
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}

/** A wave file of one coding; `samples` are interleaved and already in their stored form. */
export function makeWav(
  samples: ArrayBufferView,
  {
    coding = 1,
    channels = 1,
    rate = 8000,
    bits = 16,
    title,
  }: {
    readonly coding?: number;
    readonly channels?: number;
    readonly rate?: number;
    readonly bits?: number;
    readonly title?: string;
  } = {},
): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(coding, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * channels * bits) / 8, 8);
  format.writeUInt16LE((channels * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  const info =
    title === undefined
      ? []
      : [
          makeChunk(
            'LIST',
            Buffer.concat([Buffer.from('INFO'), makeChunk('INAM', Buffer.from(`${title}\0`))]),
          ),
        ];
  const data = makeChunk('data', Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  const body = Buffer.concat([Buffer.from('WAVE'), makeChunk('fmt ', format), ...info, data]);
  return makeChunk('RIFF', body);
}

function makeChunk(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}
