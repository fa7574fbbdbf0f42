import type { DatasetItem } from '@loupe/core/dataset';
import type { FoundRegion, Judgement } from '@loupe/judge';
import { fillBoxes, type ItemLocalisation, measureItem, measureTime, type Span } from '@loupe/metrics';
import type { View } from '@loupe/vision';
import { findSource } from '@loupe/vision/place';

/** Longest side of the grid on which places are compared, in px. */
const GRID_PX = 256;

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What an item adds to the metrics of localisation; undefined without an answer or without truth. */
export async function localiseItem(
  item: DatasetItem,
  judgement: Judgement,
  query: readonly View[],
  readMaskViews: () => Promise<readonly View[]>,
): Promise<ItemLocalisation | undefined> {
  if (judgement.score === null) return undefined;
  const whole = findWhole(query);
  if (whole) {
    const { axis } = whole;
    const truth = (item.windows ?? []).flatMap(([from, to]) => readWindow(from, to, axis));
    const found = findStretches(judgement, query, axis);
    return { hasEvidence: found.length > 0, time: measureTime(whole, truth, found) };
  }
  return localisePlaces(item, judgement, query, readMaskViews);
}

/** Places are compared on the first view, where it shows the whole picture. */
async function localisePlaces(
  item: DatasetItem,
  { regions, map: found }: Judgement,
  [view]: readonly View[],
  readMaskViews: () => Promise<readonly View[]>,
): Promise<ItemLocalisation | undefined> {
  if (view?.geometry.kind !== 'IMAGE' || view.geometry.region || view.geometry.page) return undefined;
  const grid = fitGrid(view);
  const mask = item.anomalous
    ? await readTruth(await readMaskViews(), grid)
    : new Uint8Array(countPixels(grid));
  const boxes = item.boxes?.map((box) => scaleBox(box, (view.geometry as { source: Size }).source, grid));
  if (!mask && !boxes) return undefined;
  const places = regions.filter((region) => region.view === 0);
  const masks = await Promise.all(places.map((region) => drawRegion(region, view, grid)));
  const map = found?.view === 0 ? found : undefined;
  return measureItem({
    ...grid,
    mask,
    boxes,
    map: map ? spreadMap(map, grid) : paintRegions(places, masks, grid),
    found: joinMasks(masks, grid),
    foundBoxes: places.map((region) => scaleBox(region, view, grid)),
    hasEvidence: map !== undefined || places.length > 0,
  });
}

function fitGrid({ widthPx, heightPx }: Size): Size {
  const scale = Math.min(1, GRID_PX / Math.max(widthPx, heightPx));
  return {
    widthPx: Math.max(1, Math.round(widthPx * scale)),
    heightPx: Math.max(1, Math.round(heightPx * scale)),
  };
}

function countPixels({ widthPx, heightPx }: Size): number {
  return widthPx * heightPx;
}

async function readTruth(views: readonly View[], grid: Size): Promise<Uint8Array | undefined> {
  if (views.length === 0) return undefined;
  const { readMask } = await import('@loupe/vision/pictures');
  return joinMasks(await Promise.all(views.map((view) => readMask(view, grid))), grid);
}

function scaleBox<Box extends { x: number; y: number; width: number; height: number }>(
  { x, y, width, height }: Box,
  from: Size,
  to: Size,
) {
  const [across, down] = [to.widthPx / from.widthPx, to.heightPx / from.heightPx];
  return { x: x * across, y: y * down, width: width * across, height: height * down };
}

/** The grid's pixels of a region: of its mask where it has one, otherwise of its rectangle. */
async function drawRegion(region: FoundRegion, view: Size, grid: Size): Promise<Uint8Array> {
  const area = fillBoxes([scaleBox(region, view, grid)], grid);
  if (!region.mask) return area;
  const { unpackRuns } = await import('@loupe/vision/marks');
  const inside = unpackRuns(region.mask, region.width * region.height);
  return area.map((value, i) => {
    if (value === 0) return 0;
    const x = Math.floor((((i % grid.widthPx) + 0.5) * view.widthPx) / grid.widthPx) - region.x;
    const y = Math.floor(((Math.floor(i / grid.widthPx) + 0.5) * view.heightPx) / grid.heightPx) - region.y;
    return x >= 0 && x < region.width && y >= 0 ? (inside[y * region.width + x] ?? 0) : 0;
  });
}

function joinMasks(masks: readonly Uint8Array[], grid: Size): Uint8Array {
  const joined = new Uint8Array(countPixels(grid));
  for (const mask of masks) for (const [i, value] of mask.entries()) if (value) joined[i] = 1;
  return joined;
}

/** An answer without a map has one of its regions: each as strong as its score, or 1. */
function paintRegions(
  regions: readonly FoundRegion[],
  masks: readonly Uint8Array[],
  grid: Size,
): Float32Array {
  const map = new Float32Array(countPixels(grid));
  for (const [n, mask] of masks.entries()) {
    const strength = regions[n]?.score ?? 1;
    for (const [i, value] of mask.entries()) if (value) map[i] = Math.max(map[i] ?? 0, strength);
  }
  return map;
}

/** Nearest cells of a map that lies evenly over the view. */
function spreadMap(map: NonNullable<Judgement['map']>, { widthPx, heightPx }: Size): Float32Array {
  return Float32Array.from({ length: widthPx * heightPx }, (_, i) => {
    const column = Math.floor((((i % widthPx) + 0.5) * map.width) / widthPx);
    const row = Math.floor(((Math.floor(i / widthPx) + 0.5) * map.height) / heightPx);
    return Math.max(0, map.values[row * map.width + column] ?? 0);
  });
}

interface Whole extends Span {
  readonly axis: Judgement['timeRanges'][number]['axis'];
}

/** The time that a series or a video covers: the longest stretch that a view shows. */
function findWhole(views: readonly View[]): Whole | undefined {
  const spans = views.flatMap(({ geometry }): Whole[] => {
    if (geometry.kind === 'TIME_SERIES' && geometry.style === 'PLOT') {
      return [{ from: geometry.span[0], to: geometry.span[1], axis: geometry.axis }];
    }
    if (geometry.kind !== 'VIDEO') return [];
    return [{ from: geometry.spanMs[0], to: geometry.spanMs[1], axis: 'VIDEO_MS' }];
  });
  return spans.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
}

/** Stretches that the answer names; of an answer that marks places in plots alone, the time that these show. */
function findStretches(
  { timeRanges, regions }: Judgement,
  query: readonly View[],
  axis: Whole['axis'],
): readonly Span[] {
  const named = timeRanges.filter((range) => range.axis === axis);
  if (named.length > 0) return named;
  return regions.flatMap((region) => {
    const view = query[region.view];
    const place = view && findSource(view, region);
    if (place?.kind === 'TIME_SERIES') return [{ from: place.span[0], to: place.span[1] }];
    return place?.kind === 'VIDEO' ? [{ from: place.spanMs[0], to: place.spanMs[1] }] : [];
  });
}

/** Dates without a zone are UTC, as those of series are. */
function readWindow(from: string, to: string, axis: Whole['axis']): Span[] {
  const read = (text: string) => {
    if (axis !== 'TIMESTAMP') return Number(text);
    const date = text.trim().replace(' ', 'T');
    return Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(date) ? date : `${date}Z`);
  };
  const span = { from: read(from), to: read(to) };
  return span.from <= span.to ? [span] : [];
}
