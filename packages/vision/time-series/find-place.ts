import type { Rectangle, TimeSeriesGeometry } from '../geometry.ts';

/** What a region of a view shows: a stretch of time of some channels. */
export interface SeriesPlace {
  /** In the unit of the geometry's axis. */
  readonly span: readonly [number, number];
  /** For each panel that the region touches, the values between its lower and its upper edge. */
  readonly channels: readonly {
    readonly channel: string;
    readonly range: readonly [number, number];
  }[];
}

/**
 * The time and the channels that a region of the view (px) shows; `undefined` when it touches no panel. What lies beyond
 * a panel's edges is cut off.
 */
export function findPlace(geometry: TimeSeriesGeometry, region: Rectangle): SeriesPlace | undefined {
  const touched = geometry.panels.filter(({ area }) => overlaps(area, region));
  const [panel] = touched;
  if (panel === undefined) return undefined;
  const [first, last] = geometry.span;
  const instant = (x: number) => {
    const part = clip((x - panel.area.x) / panel.area.width);
    return first * (1 - part) + last * part;
  };
  return {
    span: [instant(region.x), instant(region.x + region.width)],
    channels: touched.map(({ channel, area, range: [low, high] }) => {
      const value = (y: number) => {
        const part = clip((y - area.y) / area.height);
        return high * (1 - part) + low * part;
      };
      return { channel, range: [value(region.y + region.height), value(region.y)] };
    }),
  };
}

/** The rectangles of a view, one for each channel, that show a place; none for channels it does not have. */
export function placeRegion(geometry: TimeSeriesGeometry, { span, channels }: SeriesPlace): Rectangle[] {
  const [first, last] = geometry.span;
  return channels.flatMap(({ channel, range }) => {
    const panel = geometry.panels.find((candidate) => candidate.channel === channel);
    if (panel === undefined) return [];
    const { area } = panel;
    const [low, high] = panel.range;
    const [left, right] = span.map((at) => area.x + clip((at - first) / (last - first)) * area.width) as [
      number,
      number,
    ];
    const [bottom, top] = range.map((at) => area.y + clip((high - at) / (high - low)) * area.height) as [
      number,
      number,
    ];
    return [{ x: left, y: top, width: right - left, height: bottom - top }];
  });
}

function overlaps(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function clip(part: number): number {
  return Math.min(1, Math.max(0, part));
}
