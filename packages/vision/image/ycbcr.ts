/** Samples of 8 bits, `stride` bytes from row to row. */
export interface Plane {
  readonly data: Uint8Array;
  readonly stride: number;
}

/** How samples stand for light (ITU-T H.273). */
export interface YcbcrCoding {
  /** `MatrixCoefficients`, 2 when unspecified. */
  readonly matrix: number;
  /** 0 to 255 from black to white; otherwise luma takes 16 to 235 and the differences 16 to 240. */
  readonly isFullRange: boolean;
}

/** A picture as decoders give it: luma, and two colour differences of as many or half as many columns and rows. */
export interface YcbcrPicture {
  readonly width: number;
  readonly height: number;
  readonly luma: Plane;
  readonly blue: Plane;
  readonly red: Plane;
  /** Bits by which a column and a row are shifted to find their differences. */
  readonly shiftX: 0 | 1;
  readonly shiftY: 0 | 1;
  readonly coding: YcbcrCoding;
}

const { fround } = Math;

/** What one step of a difference adds to a colour. */
interface Factors {
  readonly redByRed: number;
  readonly greenByBlue: number;
  readonly greenByRed: number;
  readonly blueByBlue: number;
}

/** BT.601, as it is rounded where nothing is specified. */
const UNSPECIFIED: Factors = {
  redByRed: 1.402,
  greenByBlue: -0.344136,
  greenByRed: -0.714136,
  blueByBlue: 1.772,
};
/** By `MatrixCoefficients` of table 4; the others are rare, or no weighted sums. */
const FACTORS: ReadonlyMap<number, Factors> = new Map([
  [1, findFactors(0.2126, 0.0722)],
  [2, UNSPECIFIED],
  [4, findFactors(0.3, 0.11)],
  [5, findFactors(0.299, 0.114)],
  [6, findFactors(0.299, 0.114)],
  [7, findFactors(0.212, 0.087)],
  [9, findFactors(0.2627, 0.0593)],
]);
/** Stretch 16…235 and 16…240 to 0…255, as libheif rounds them. */
const LUMA_STRETCH = fround(1.1689);
const DIFFERENCE_STRETCH = fround(1.1429);

/** Whether `writeRgb` knows the matrix. */
export function isKnownMatrix(matrix: number): boolean {
  return FACTORS.has(matrix);
}

/**
 * Writes the picture as interleaved RGB of 8 bits, without gaps. Every byte is the one that libheif 1.23 gives: a pixel has the
 * difference of the nearest sample; sums are taken in whole 256ths for phones' pictures (full range, differences of half the columns
 * and rows), in 32-bit floating point for others.
 * @param rgb width × height × 3 bytes
 */
export function writeRgb(picture: YcbcrPicture, rgb: Uint8Array): void {
  // Takes care of what lies outside 0 to 255.
  const bytes = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
  const { coding, shiftX, shiftY } = picture;
  const factors = FACTORS.get(coding.matrix) ?? UNSPECIFIED;
  if (coding.isFullRange && shiftX === 1 && shiftY === 1) sumIntegers(picture, factors, bytes);
  else sumFloats(picture, factors, bytes);
}

function sumIntegers(
  { width, height, luma, blue, red }: YcbcrPicture,
  factors: Factors,
  rgb: Uint8ClampedArray,
): void {
  const redByRed = Math.round(256 * factors.redByRed);
  const greenByBlue = Math.round(256 * factors.greenByBlue);
  const greenByRed = Math.round(256 * factors.greenByRed);
  const blueByBlue = Math.round(256 * factors.blueByBlue);
  let [toRed, toGreen, toBlue] = [0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    const lumaRow = y * luma.stride;
    const blueRow = (y >> 1) * blue.stride;
    const redRow = (y >> 1) * red.stride;
    for (let x = 0; x < width; x++, at += 3) {
      if ((x & 1) === 0) {
        const cb = (blue.data[blueRow + (x >> 1)] ?? 0) - 128;
        const cr = (red.data[redRow + (x >> 1)] ?? 0) - 128;
        toRed = redByRed * cr + 128;
        toGreen = greenByBlue * cb + greenByRed * cr + 128;
        toBlue = blueByBlue * cb + 128;
      }
      const light = (luma.data[lumaRow + x] ?? 0) << 8;
      rgb[at] = (light + toRed) >> 8;
      rgb[at + 1] = (light + toGreen) >> 8;
      rgb[at + 2] = (light + toBlue) >> 8;
    }
  }
}

function sumFloats(
  { width, height, luma, blue, red, shiftX, shiftY, coding: { isFullRange } }: YcbcrPicture,
  factors: Factors,
  rgb: Uint8ClampedArray,
): void {
  const lights = tabulate((sample) => (isFullRange ? sample : (sample - 16) * LUMA_STRETCH));
  const differences = tabulate((sample) => (sample - 128) * (isFullRange ? 1 : DIFFERENCE_STRETCH));
  const tabulateFactor = (factor: number) =>
    tabulate((sample) => fround(factor) * (differences[sample] ?? 0));
  const redByRed = tabulateFactor(factors.redByRed);
  const greenByBlue = tabulateFactor(factors.greenByBlue);
  const greenByRed = tabulateFactor(factors.greenByRed);
  const blueByBlue = tabulateFactor(factors.blueByBlue);
  for (let y = 0, at = 0; y < height; y++) {
    const lumaRow = y * luma.stride;
    const blueRow = (y >> shiftY) * blue.stride;
    const redRow = (y >> shiftY) * red.stride;
    for (let x = 0; x < width; x++, at += 3) {
      const cb = blue.data[blueRow + (x >> shiftX)] ?? 0;
      const cr = red.data[redRow + (x >> shiftX)] ?? 0;
      const light = lights[luma.data[lumaRow + x] ?? 0] ?? 0;
      const green = fround(light + (greenByBlue[cb] ?? 0));
      rgb[at] = fround(fround(light + (redByRed[cr] ?? 0)) + 0.5) | 0;
      rgb[at + 1] = fround(fround(green + (greenByRed[cr] ?? 0)) + 0.5) | 0;
      rgb[at + 2] = fround(fround(light + (blueByBlue[cb] ?? 0)) + 0.5) | 0;
    }
  }
}

/** A value for each sample. */
function tabulate(compute: (sample: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, sample) => compute(sample));
}

/** From the weights of red and blue in luma. */
function findFactors(redWeight: number, blueWeight: number): Factors {
  const [red, blue] = [fround(redWeight), fround(blueWeight)];
  const green = fround(fround(blue + red) - 1);
  return {
    redByRed: 2 * fround(1 - red),
    greenByBlue: fround(2 * blue * fround(1 - blue)) / green,
    greenByRed: fround(2 * red * fround(1 - red)) / green,
    blueByBlue: 2 * fround(1 - blue),
  };
}
