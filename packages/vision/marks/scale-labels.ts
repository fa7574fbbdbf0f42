import type { Segmentation } from './segmentation.ts';

/** Scales a segmentation; at borders a pixel goes to the label that weighs most around it, so that steps get round. */
export function scaleLabels(segmentation: Segmentation, widthPx: number, heightPx: number): Segmentation {
  const { widthPx: width, heightPx: height, labels, count } = segmentation;
  if (width === widthPx && height === heightPx) return segmentation;
  const out = new Uint16Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    const v = Math.min(height - 1, Math.max(0, ((y + 0.5) * height) / heightPx - 0.5));
    const j = Math.floor(v);
    const upper = j * width;
    const lower = Math.min(height - 1, j + 1) * width;
    for (let x = 0; x < widthPx; x++) {
      const u = Math.min(width - 1, Math.max(0, ((x + 0.5) * width) / widthPx - 0.5));
      const i = Math.floor(u);
      const next = Math.min(width - 1, i + 1);
      const one = labels[upper + i] ?? 0;
      const two = labels[upper + next] ?? 0;
      const three = labels[lower + i] ?? 0;
      const four = labels[lower + next] ?? 0;
      out[y * widthPx + x] =
        one === two && one === three && one === four
          ? one
          : pickHeaviest(one, two, three, four, u - i, v - j);
    }
  }
  return { widthPx, heightPx, labels: out, count };
}

/** The label with most of the bilinear weights of four neighbours. */
function pickHeaviest(one: number, two: number, three: number, four: number, a: number, b: number): number {
  const around = [one, two, three, four];
  const weights = [(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b];
  let best = one;
  let heaviest = 0;
  for (const label of around) {
    const weight = weights.reduce((sum, part, place) => (around[place] === label ? sum + part : sum), 0);
    if (weight > heaviest) [best, heaviest] = [label, weight];
  }
  return best;
}
