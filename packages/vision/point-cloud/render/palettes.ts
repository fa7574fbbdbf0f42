/** 256 colours, 4 bytes each: red, green, blue, 0. */
export type Palette = Uint8Array;

/** Turbo (A. Mikhailov, "Turbo, An Improved Rainbow Colormap for Visualization", 2019), its polynomial form. */
const TURBO = [
  [0.13572138, 4.6153926, -42.66032258, 132.13108234, -152.94239396, 59.28637943],
  [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604],
  [0.1066733, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973],
] as const;

/** Near is red, far is blue. */
export const DEPTH_PALETTE: Palette = createPalette((share) =>
  TURBO.map((factors) => factors.reduceRight((sum, factor) => sum * (1 - share) + factor, 0)),
);

const LOW = [0.13, 0.35, 0.72];
const MIDDLE = [0.93, 0.93, 0.93];
const HIGH = [0.75, 0.16, 0.12];

/** Below the surface around is blue, above it red, level with it grey. */
export const RESIDUAL_PALETTE: Palette = createPalette((share) => {
  const end = share < 0.5 ? LOW : HIGH;
  const weight = Math.abs(share - 0.5) * 2;
  return MIDDLE.map((value, channel) => value + ((end[channel] ?? 0) - value) * weight);
});

function createPalette(pick: (share: number) => readonly number[]): Palette {
  const palette = new Uint8Array(1024);
  for (let index = 0; index < 256; index++) {
    const colour = pick(index / 255).map((value) => Math.round(255 * Math.max(0, Math.min(1, value))));
    palette.set(colour, index * 4);
  }
  return palette;
}
