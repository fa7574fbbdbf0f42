import { inflateSync } from 'node:zlib';
import { GLYPHS } from './glyphs.ts';

/** Heights of the em square in which labels can be written, px. */
export const TEXT_SIZES_PX = [12, 14, 18, 24] as const;
export type TextSizePx = (typeof TEXT_SIZES_PX)[number];

/** The picture of a character. */
export interface Glyph {
  /** Distance to the next character's start, px. */
  readonly advance: number;
  /** Where the picture begins, px right of the start. */
  readonly left: number;
  /** Rows of the picture above the baseline. */
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Row by row, 0 (none) to 15 (all of the pixel is ink). */
  readonly coverage: Uint8Array;
}

/** The characters of one size. */
export interface Font {
  /** Rows above and below the baseline that ASCII letters and digits need. */
  readonly ascent: number;
  readonly descent: number;
  readonly glyphs: ReadonlyMap<string, Glyph>;
}

/** Stands for characters that the atlas lacks. */
const MISSING = '□';

let fonts: ReadonlyMap<number, Font> | undefined;

export function findFont(sizePx: TextSizePx): Font {
  fonts ??= readFonts(inflateSync(Buffer.from(GLYPHS, 'base64')));
  const font = fonts.get(sizePx);
  if (font === undefined) throw new RangeError(`Text has ${TEXT_SIZES_PX.join(', ')} px, not ${sizePx}.`);
  return font;
}

/** A character for each code point; accents written apart are joined to their letters first. */
export function findGlyphs(text: string, font: Font): Glyph[] {
  const missing = font.glyphs.get(MISSING);
  return Array.from(text.normalize('NFC'), (character) => font.glyphs.get(character) ?? missing).filter(
    (glyph) => glyph !== undefined,
  );
}

function readFonts(bytes: Buffer): Map<number, Font> {
  const found = new Map<number, Font>();
  let at = 0;
  while (at < bytes.length) {
    const sizePx = bytes.readUInt8(at);
    const ascent = bytes.readUInt8(at + 1);
    const descent = bytes.readUInt8(at + 2);
    const count = bytes.readUInt16LE(at + 3);
    at += 5;
    const glyphs = new Map<string, Glyph>();
    for (let i = 0; i < count; i++) {
      const width = bytes.readUInt8(at + 5);
      const height = bytes.readUInt8(at + 6);
      const packed = bytes.subarray(at + 7, at + 7 + Math.ceil((width * height) / 2));
      glyphs.set(String.fromCodePoint(bytes.readUInt16LE(at)), {
        advance: bytes.readUInt8(at + 2),
        left: bytes.readInt8(at + 3),
        top: bytes.readInt8(at + 4),
        width,
        height,
        coverage: unpack(packed, width * height),
      });
      at += 7 + packed.length;
    }
    found.set(sizePx, { ascent, descent, glyphs });
  }
  return found;
}

function unpack(packed: Uint8Array, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => {
    const pair = packed[i >> 1] ?? 0;
    return i % 2 === 0 ? pair >> 4 : pair & 15;
  });
}
