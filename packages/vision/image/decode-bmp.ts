import type { Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';
import { type BmpHeader, readBmpHeader } from './bmp-header.ts';
import { expandRunLengths } from './bmp-run-lengths.ts';
import { assertSourceSize } from './source-size.ts';
import { createTiff } from './write-tiff.ts';

/**
 * Decodes a Windows or OS/2 bitmap: 1, 2, 4 and 8 bits with palette (plain or run-length), 16, 24 and 32 bits
 * with any masks, bottom-up or top-down, alpha and embedded profile of the V4 and V5 headers.
 * Ours because the npm decoders leave out palettes, 4 and 16 bits, top-down rows and other masks.
 * @returns an uncompressed TIFF, RGB or RGBA
 * @throws RejectedError
 */
export function decodeBmp(bytes: Uint8Array, limits: Limits): Uint8Array {
  const header = readBmpHeader(bytes);
  const { widthPx: width, heightPx: height } = header;
  assertSourceSize(width, height, limits);
  const rows = findRows(bytes, header);
  const channels = header.masks !== undefined && header.masks.alpha !== 0 ? 4 : 3;
  const tiff = createTiff({ width, height, channels, profile: header.profile });
  const samples = header.masks === undefined ? undefined : readSamples(header.masks, channels);
  for (let row = 0; row < height; row++) {
    const from = rows.data.subarray(rows.stride * row);
    const y = header.topDown ? row : height - 1 - row;
    const to = tiff.pixels.subarray(y * width * channels, (y + 1) * width * channels);
    if (header.palette !== undefined) copyIndexed(from, to, rows.bits, header.palette);
    else if (samples !== undefined) copyMasked(from, to, rows.bits, samples);
    else copyBgr(from, to, rows.bits / 8);
  }
  if (channels === 4 && isAlphaUnused(tiff.pixels)) makeOpaque(tiff.pixels);
  return tiff.bytes;
}

interface Rows {
  readonly data: Uint8Array;
  readonly stride: number;
  readonly bits: number;
}

function findRows(bytes: Uint8Array, header: BmpHeader): Rows {
  const { widthPx, heightPx, bits, pixelsAt, runLengths } = header;
  if (runLengths) {
    return { data: expandRunLengths(bytes.subarray(pixelsAt), header), stride: widthPx, bits: 8 };
  }
  // Rows are padded to four bytes; some writers leave the padding off the last one.
  const stride = Math.floor((widthPx * bits + 31) / 32) * 4;
  const needed = stride * (heightPx - 1) + Math.ceil((widthPx * bits) / 8);
  const data = bytes.subarray(pixelsAt);
  if (data.length < needed) {
    throw new RejectedError(
      'CORRUPT_IMAGE',
      'The bitmap ends before its last row. Send it again, or export it again from its source.',
      { neededBytes: needed, bytes: data.length },
    );
  }
  return { data, stride, bits };
}

function copyIndexed(from: Uint8Array, to: Uint8Array, bits: number, palette: Uint8Array): void {
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  for (let x = 0, at = 0; at < to.length; x++, at += 3) {
    const shift = 8 - bits * ((x % perByte) + 1);
    const index = ((from[Math.floor(x / perByte)] ?? 0) >> shift) & mask;
    const entry = index * 3;
    if (entry >= palette.length) {
      throw new RejectedError(
        'CORRUPT_IMAGE',
        `A pixel of the bitmap has colour ${index} of a palette of ${palette.length / 3}. Export it again from its source.`,
        { index, colours: palette.length / 3 },
      );
    }
    to[at] = palette[entry] ?? 0;
    to[at + 1] = palette[entry + 1] ?? 0;
    to[at + 2] = palette[entry + 2] ?? 0;
  }
}

function copyBgr(from: Uint8Array, to: Uint8Array, step: number): void {
  for (let at = 0, source = 0; at < to.length; at += 3, source += step) {
    to[at] = from[source + 2] ?? 0;
    to[at + 1] = from[source + 1] ?? 0;
    to[at + 2] = from[source] ?? 0;
  }
}

function copyMasked(from: Uint8Array, to: Uint8Array, bits: number, samples: readonly Sample[]): void {
  const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
  const step = bits / 8;
  // A pass per sample over one row, which stays in the cache, keeps the loop free of calls.
  samples.forEach(({ mask, shift, scale }, channel) => {
    for (let at = channel, source = 0; at < to.length; at += samples.length, source += step) {
      const pixel = bits === 16 ? view.getUint16(source, true) : view.getInt32(source, true);
      to[at] = scale[(pixel & mask) >>> shift] ?? 0;
    }
  });
}

/** Where a sample is in a pixel, and its value 0..255 for each value there. */
interface Sample {
  readonly mask: number;
  readonly shift: number;
  readonly scale: Uint8Array;
}

/** Rounds to the nearest; a sample without bits is 0. */
function readSamples(masks: NonNullable<BmpHeader['masks']>, channels: 3 | 4): Sample[] {
  return [masks.red, masks.green, masks.blue, masks.alpha].slice(0, channels).map((mask) => {
    if (mask === 0) return { mask, shift: 0, scale: new Uint8Array(1) };
    let shift = 31 - Math.clz32(mask & -mask);
    while (mask >>> shift > 0xffff) shift += 1;
    const most = mask >>> shift;
    return {
      mask,
      shift,
      scale: Uint8Array.from({ length: most + 1 }, (_, v) => Math.round((v * 255) / most)),
    };
  });
}

/** Many writers declare alpha and leave it zero; nothing would be left to see. */
function isAlphaUnused(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 0) return false;
  return true;
}

function makeOpaque(rgba: Uint8Array): void {
  for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255;
}
