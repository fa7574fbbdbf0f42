import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import { finishSeries } from '../finish-series.ts';
import { assertWithinLimits, rejectCorrupt, rejectNothing } from '../reject.ts';
import type { Series } from '../series.ts';
import { sampleEvery } from '../timeline.ts';

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

interface WaveFormat {
  readonly coding: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

interface Chunks {
  readonly format?: WaveFormat;
  readonly data?: Uint8Array;
  readonly title?: string;
  readonly cut: boolean;
}

/**
 * Samples of a RIFF WAVE file (Microsoft and IBM, Multimedia Programming Interface 1.0): integers of 8, 16, 24 and 32 bits
 * as parts of full scale, −1 to 1, and floating point as it is.
 * @throws RejectedError CORRUPT_SERIES, UNSUPPORTED_VARIANT, NO_VALUES, TOO_MANY_CHANNELS, TOO_MANY_POINTS
 */
export function readWav(bytes: Uint8Array, limits: Limits): Series {
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') !== 'RIFF') {
    throw new RejectedError(
      'UNSUPPORTED_VARIANT',
      'Big-endian and 64-bit wave files cannot be read. Save the sound as plain WAV.',
    );
  }
  const { format, data, title, cut } = readChunks(bytes);
  if (format === undefined) throw rejectCorrupt('The wave file has no format chunk.');
  if (data === undefined) throw rejectCorrupt('The wave file has no data chunk.');
  const { channels, rate, bits } = format;
  if (channels === 0 || rate === 0)
    throw rejectCorrupt('The wave file states no channels or no rate.', undefined, { channels, rate });
  const read = chooseReader(format, new DataView(data.buffer, data.byteOffset, data.byteLength));
  const frameBytes = (bits / 8) * channels;
  const rows = Math.floor(data.length / frameBytes);
  if (rows === 0) throw rejectNothing('The wave file has no samples.');
  assertWithinLimits(rows, channels, limits);
  const found = Array.from({ length: channels }, (_, channel) => {
    const values = bits > 24 ? new Float64Array(rows) : new Float32Array(rows);
    for (let row = 0, at = channel * (bits / 8); row < rows; row++, at += frameBytes) values[row] = read(at);
    const name = channels === 1 ? 'amplitude' : channels === 2 ? ['left', 'right'][channel] : undefined;
    return {
      name: name ?? `channel ${channel + 1}`,
      ...(format.coding === PCM ? { unit: 'full scale' } : {}),
      values,
    };
  });
  return finishSeries({
    ...(title === undefined ? {} : { title }),
    axis: 'SECONDS',
    timeline: sampleEvery(1 / rate, rows),
    channels: found,
    notes: cut ? ['The wave file is shorter than it states; what it has is shown.'] : [],
  });
}

function readChunks(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found: Chunks = { cut: false };
  for (let at = 12; at + 8 <= bytes.length; ) {
    const type = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    const stated = view.getUint32(at + 4, true);
    const body = bytes.subarray(at + 8, at + 8 + stated);
    if (type === 'fmt ' && found.format === undefined) found = { ...found, format: readFormat(body) };
    if (type === 'data' && found.data === undefined)
      found = { ...found, data: body, cut: body.length < stated };
    const title = type === 'LIST' ? readTitle(body) : undefined;
    if (title !== undefined) found = { ...found, title };
    // Chunks begin at even places.
    at += 8 + stated + (stated % 2);
  }
  return found;
}

function readFormat(body: Uint8Array): WaveFormat {
  if (body.length < 16) throw rejectCorrupt('The format chunk of the wave file is too short.');
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const coding = view.getUint16(0, true);
  return {
    // The first two bytes of the extension's GUID are the coding itself.
    coding: coding === EXTENSIBLE && body.length >= 26 ? view.getUint16(24, true) : coding,
    channels: view.getUint16(2, true),
    rate: view.getUint32(4, true),
    bits: view.getUint16(14, true),
  };
}

/** INAM of a LIST INFO chunk. */
function readTitle(body: Uint8Array): string | undefined {
  const text = Buffer.from(body.subarray(0, 4096)).toString('latin1');
  const at = text.startsWith('INFO') ? text.indexOf('INAM') : -1;
  if (at < 0) return undefined;
  const title = text
    .slice(at + 8, at + 8 + text.charCodeAt(at + 4) + 256 * text.charCodeAt(at + 5))
    .replaceAll('\0', '')
    .trim();
  return title === '' ? undefined : title.slice(0, 200);
}

function chooseReader({ coding, bits }: WaveFormat, view: DataView): (at: number) => number {
  if (coding === PCM && bits === 8) return (at) => (view.getUint8(at) - 128) / 128;
  if (coding === PCM && bits === 16) return (at) => view.getInt16(at, true) / 32_768;
  if (coding === PCM && bits === 24)
    return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 8_388_608;
  if (coding === PCM && bits === 32) return (at) => view.getInt32(at, true) / 2_147_483_648;
  if (coding === FLOAT && bits === 32) return (at) => view.getFloat32(at, true);
  if (coding === FLOAT && bits === 64) return (at) => view.getFloat64(at, true);
  throw new RejectedError(
    'UNSUPPORTED_VARIANT',
    `The sound is stored in coding ${coding} with ${bits} bits, which cannot be read. Save it as 16-bit PCM WAV.`,
    { coding, bits },
  );
}
