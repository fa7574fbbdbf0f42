/** f of CIE 1976 L*a*b* over 0..1 in so many steps; a step is 0.0001 L* at most where it matters. */
const STEPS = 4096;
const EPSILON = 216 / 24_389;
const KAPPA = 24_389 / 27;

const LINEAR = Float32Array.from({ length: 256 }, (_, value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});
const F = Float32Array.from({ length: STEPS + 2 }, (_, step) => {
  const t = step / STEPS;
  return t > EPSILON ? Math.cbrt(t) : (KAPPA * t + 16) / 116;
});

/** CIE L*a*b* (white D65) of 8-bit sRGB (IEC 61966-2-1), three numbers a pixel, interleaved as the input is. */
export function convertToLab(rgb: Uint8Array): Float32Array {
  const lab = new Float32Array(rgb.length);
  for (let at = 0; at < rgb.length; at += 3) {
    const red = LINEAR[rgb[at] ?? 0] ?? 0;
    const green = LINEAR[rgb[at + 1] ?? 0] ?? 0;
    const blue = LINEAR[rgb[at + 2] ?? 0] ?? 0;
    const x = applyF((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
    const y = applyF(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
    const z = applyF((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
    lab[at] = 116 * y - 16;
    lab[at + 1] = 500 * (x - y);
    lab[at + 2] = 200 * (y - z);
  }
  return lab;
}

function applyF(t: number): number {
  const place = Math.min(t, 1) * STEPS;
  const step = place | 0;
  const low = F[step] ?? 0;
  return low + ((F[step + 1] ?? 0) - low) * (place - step);
}
