import type { Raster } from './haloed-text.ts';
import type { Segmentation } from './segmentation.ts';

/** Long side in px for each px of line. */
const PX_PER_LINE = 900;
const LINE = { level: 255, opacity: 0.85 };
const SIDES = { level: 0, opacity: 0.55 };

/**
 * Draws the borders between regions: a white line between two dark ones, so that it shows on any ground. The picture's
 * own edge is no border.
 */
export function drawBorders({ data, widthPx, heightPx, channels }: Raster, segmentation: Segmentation): void {
  const width = Math.max(1, Math.round(Math.max(widthPx, heightPx) / PX_PER_LINE));
  const line = findBorders(segmentation);
  for (let step = 1; step < width; step++) spread(line, widthPx, heightPx, step);
  const dark = Uint8Array.from(line);
  for (let step = 1; step <= width; step++) spread(dark, widthPx, heightPx, step);
  for (let pixel = 0; pixel < dark.length; pixel++) {
    if (dark[pixel] === 0) continue;
    const { level, opacity } = line[pixel] === 0 ? SIDES : LINE;
    for (let at = pixel * channels; at < (pixel + 1) * channels; at++) {
      const under = data[at] ?? 0;
      data[at] = Math.round(under + (level - under) * opacity);
    }
  }
}

/** 1 where a pixel's right or lower neighbour is of another region. */
function findBorders({ labels, widthPx, heightPx }: Segmentation): Uint8Array {
  const border = new Uint8Array(labels.length);
  for (let y = 0, pixel = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, pixel++) {
      const label = labels[pixel];
      const differs =
        (x < widthPx - 1 && labels[pixel + 1] !== label) ||
        (y < heightPx - 1 && labels[pixel + widthPx] !== label);
      if (differs) border[pixel] = 1;
    }
  }
  return border;
}

/** Grows a mask by one pixel; every second step along diagonals too, so that it stays round. */
function spread(mask: Uint8Array, widthPx: number, heightPx: number, step: number): void {
  const before = Uint8Array.from(mask);
  const diagonal = step % 2 === 0 ? 1 : 0;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0, pixel = y * widthPx; x < widthPx; x++, pixel++) {
      if (before[pixel] === 0) continue;
      const left = x > 0 ? 1 : 0;
      const right = x < widthPx - 1 ? 1 : 0;
      const above = y > 0 ? pixel - widthPx : pixel;
      const below = y < heightPx - 1 ? pixel + widthPx : pixel;
      mask[pixel - left] = 1;
      mask[pixel + right] = 1;
      mask.fill(1, above - left * diagonal, above + right * diagonal + 1);
      mask.fill(1, below - left * diagonal, below + right * diagonal + 1);
    }
  }
}
