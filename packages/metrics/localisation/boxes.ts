/** A rectangle in pixels; `x`, `y` is its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Intersection over union of two boxes, 0 to 1 (Jaccard index); 0 when both are empty. */
export function computeBoxIou(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x));
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));
  const union = a.width * a.height + b.width * b.height - width * height;
  return union > 0 ? (width * height) / union : 0;
}

/** Intersection over union of two masks of the same size, not 0 where anomalous; `null` when both are empty. */
export function computeMaskIou(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (a[i] && b[i]) both++;
    if (a[i] || b[i]) either++;
  }
  return either === 0 ? null : both / either;
}

/** Truth and found boxes of one item. */
export interface BoxedItem {
  readonly truth: readonly Box[];
  readonly found: readonly Box[];
}

export interface BoxMetrics {
  /** Items with a true box. */
  readonly items: number;
  /** Mean over items of the best IoU between a found and a true box. */
  readonly meanIou: number | null;
  /** Share of items whose best IoU reaches 0.1, 0.3 and 0.5. */
  readonly accAtIou10: number | null;
  readonly accAtIou30: number | null;
  readonly accAtIou50: number | null;
}

/** ACC@IoU over the items that have a true box; an item without a found box counts as 0. */
export function computeBoxMetrics(items: readonly BoxedItem[]): BoxMetrics {
  const best = items
    .filter(({ truth }) => truth.length > 0)
    .map(({ truth, found }) =>
      Math.max(0, ...truth.flatMap((one) => found.map((other) => computeBoxIou(one, other)))),
    );
  const mean = (values: readonly number[]) =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  const share = (least: number) => mean(best.map((iou) => (iou >= least ? 1 : 0)));
  return {
    items: best.length,
    meanIou: mean(best),
    accAtIou10: share(0.1),
    accAtIou30: share(0.3),
    accAtIou50: share(0.5),
  };
}

/**
 * Pointing game (Zhang et al. 2018, "Top-down Neural Attention by Excitation Backprop"): whether the highest value of
 * the map lies in the mask, or within `tolerancePx` of it. The first of equal values counts.
 */
export function playPointingGame(
  picture: { widthPx: number; map: ArrayLike<number>; mask: ArrayLike<number> },
  tolerancePx = 0,
): boolean {
  const { widthPx, map, mask } = picture;
  let peak = 0;
  for (let i = 1; i < map.length; i++) if ((map[i] as number) > (map[peak] as number)) peak = i;
  const [px, py] = [peak % widthPx, Math.floor(peak / widthPx)];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] && Math.hypot((i % widthPx) - px, Math.floor(i / widthPx) - py) <= tolerancePx) return true;
  }
  return false;
}
