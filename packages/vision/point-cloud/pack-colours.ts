import { packColour, padCount } from './cloud.ts';
import type { Scalar } from './scalar.ts';

/** Packs three columns of red, green and blue. Floats up to 1 are shares, uint16 up to 65,535; all others 0..255. */
export function packColours(
  [red, green, blue]: readonly [Float32Array, Float32Array, Float32Array],
  type: Scalar,
  count: number,
): Uint32Array {
  const scale = findColourScale(red, green, blue, type);
  const colours = new Uint32Array(padCount(count));
  const toByte = (value: number) => Math.max(0, Math.min(255, Math.round(value * scale))) || 0;
  for (let i = 0; i < count; i++) {
    colours[i] = packColour(toByte(red[i] ?? 0), toByte(green[i] ?? 0), toByte(blue[i] ?? 0));
  }
  return colours;
}

function findColourScale(red: Float32Array, green: Float32Array, blue: Float32Array, type: Scalar): number {
  if (!type.startsWith('float') && type !== 'uint16') return 1;
  let most = 0;
  for (const channel of [red, green, blue]) {
    for (const value of channel) if (value > most) most = value;
  }
  if (type === 'uint16') return most > 255 ? 255 / 65_535 : 1;
  return most <= 1 ? 255 : 1;
}
