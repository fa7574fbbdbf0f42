import { type Box, computeBoxIou, computeMaskIou, playPointingGame } from './boxes.ts';
import { findRegions } from './find-regions.ts';
import { countLevels, type PixelLevels } from './pixel-levels.ts';

/** Truth and findings of one picture on a common grid, row by row. */
export interface LocatedItem {
  readonly widthPx: number;
  readonly heightPx: number;
  /** What is anomalous in truth: not 0; all 0 for a normal item. Absent when it is not known. */
  readonly mask?: Uint8Array | undefined;
  /** Its rectangles in grid px; those around the mask's regions by default. */
  readonly boxes?: readonly Box[] | undefined;
  /** How anomalous each place was found to be; 0 or more. */
  readonly map: Float32Array;
  /** Where the answer says the anomalies are, not 0, and the rectangles of it. */
  readonly found: Uint8Array;
  readonly foundBoxes: readonly Box[];
  /** Whether the answer says anything of places. */
  readonly hasEvidence: boolean;
}

/** What one item adds to the metrics of localisation: small, and independent of the order of items. */
export interface ItemLocalisation {
  /** Whether the answer says anything of places, or of time. */
  readonly hasEvidence: boolean;
  readonly pixels?: PixelLevels | undefined;
  /** Of anomalous items: IoU of the masks, best IoU of a found and a true rectangle, and whether the map's peak lies in the truth. */
  readonly maskIou?: number | undefined;
  readonly boxIou?: number | undefined;
  readonly isPointed?: boolean | undefined;
  /** Of series and video: NAB's sum of rewards and penalties, windows, and the IoU of the stretches of time. */
  readonly time?: ItemTime | undefined;
}

export interface ItemTime {
  readonly raw: number;
  readonly windows: number;
  readonly windowsFound: number;
  readonly falseAlarms: number;
  /** Absent without a window. */
  readonly iou?: number | undefined;
}

/** Compares what was found in a picture with the truth. */
export function measureItem(item: LocatedItem): ItemLocalisation {
  const { widthPx, mask, map, found, hasEvidence } = item;
  const boxes = item.boxes ?? (mask && drawBoxes(mask, widthPx));
  const truth = mask ?? (boxes && fillBoxes(boxes, item));
  const isAnomalous = truth?.some((value) => value !== 0) ?? false;
  return {
    hasEvidence,
    ...(mask && { pixels: countLevels({ ...item, mask }) }),
    ...(mask && isAnomalous && { maskIou: computeMaskIou(mask, found) ?? 0 }),
    ...(boxes && boxes.length > 0 && { boxIou: findBestIou(boxes, item.foundBoxes) }),
    ...(truth &&
      isAnomalous && { isPointed: hasEvidence && playPointingGame({ widthPx, map, mask: truth }) }),
  };
}

function findBestIou(truth: readonly Box[], found: readonly Box[]): number {
  return Math.max(0, ...truth.flatMap((one) => found.map((other) => computeBoxIou(one, other))));
}

/** The rectangles around the connected regions of a mask. */
export function drawBoxes(mask: ArrayLike<number>, widthPx: number): Box[] {
  const sizes: number[] = [];
  const labels = findRegions(mask, widthPx, sizes);
  const edges = sizes.map(() => ({ left: widthPx, top: mask.length, right: -1, bottom: -1 }));
  for (const [at, label] of labels.entries()) {
    const edge = edges[label];
    if (!edge) continue;
    const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
    edge.left = Math.min(edge.left, x);
    edge.right = Math.max(edge.right, x);
    edge.top = Math.min(edge.top, y);
    edge.bottom = Math.max(edge.bottom, y);
  }
  return edges.map(({ left, top, right, bottom }) => ({
    x: left,
    y: top,
    width: right - left + 1,
    height: bottom - top + 1,
  }));
}

/** A mask of rectangles: the pixels that they touch. */
export function fillBoxes(
  boxes: readonly Box[],
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Uint8Array {
  const mask = new Uint8Array(widthPx * heightPx);
  for (const { x, y, width, height } of boxes) {
    const [left, right] = [Math.max(0, Math.floor(x)), Math.min(widthPx, Math.ceil(x + width))];
    for (let row = Math.max(0, Math.floor(y)); row < Math.min(heightPx, Math.ceil(y + height)); row++) {
      if (right > left) mask.fill(1, row * widthPx + left, row * widthPx + right);
    }
  }
  return mask;
}
