import type { AnsweredWindow } from '../answers/read-details.ts';

/** What a span of time counts in: epoch ms, seconds, rows from 0, or ms of a video. */
export type TimeAxis = 'TIMESTAMP' | 'SECONDS' | 'ROW' | 'VIDEO_MS';

/** A stretch of time that is anomalous. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
  readonly axis: TimeAxis;
  /** The model's sentence. */
  readonly reason: string;
}

/** A view that shows a part of the time the others show. */
export interface TimeWindow {
  /** Which view of the sample, from 0. */
  readonly view: number;
  readonly span: readonly [number, number];
  readonly axis: TimeAxis;
}

/**
 * The views that zoom into a stretch of time: those whose span is less than the longest one's. The conversion proposes
 * them by classical means (robust deviations); the model says which of them are anomalous.
 */
export function findWindows(views: readonly { readonly geometry: object }[]): TimeWindow[] {
  const spans = views.flatMap(({ geometry }, view) => readSpan(geometry, view));
  const longest = Math.max(0, ...spans.map(({ span: [from, to] }) => to - from));
  return spans.filter(({ span: [from, to] }) => to - from < longest * 0.999);
}

function readSpan(geometry: object, view: number): TimeWindow[] {
  const { kind, style, span, spanMs, axis } = geometry as {
    readonly kind?: unknown;
    readonly style?: unknown;
    readonly span?: readonly [number, number];
    readonly spanMs?: readonly [number, number];
    readonly axis?: Exclude<TimeAxis, 'VIDEO_MS'>;
  };
  if (kind === 'TIME_SERIES' && style === 'PLOT' && span && axis) return [{ view, span, axis }];
  return kind === 'VIDEO' && spanMs ? [{ view, span: spanMs, axis: 'VIDEO_MS' }] : [];
}

/** The paragraph that numbers the windows by the place of their pictures among all. */
export function describeWindows(windows: readonly TimeWindow[], firstQuery: number): string {
  if (windows.length === 0) return '';
  const list = windows
    .map(({ view }, index) => `window ${index + 1} is image ${firstQuery + view + 1}`)
    .join(', ');
  return `Some images show a window of time of the same sample, enlarged: ${list}. Say of each window whether it is anomalous.`;
}

/** Windows that the model confirmed, as stretches of time. */
export function readTimeRanges(
  windows: readonly TimeWindow[],
  answers: readonly AnsweredWindow[],
): TimeRange[] {
  return answers.flatMap(({ number, anomalous, reason }) => {
    const window = windows[number - 1];
    if (window === undefined || !anomalous) return [];
    const { span, axis } = window;
    return [{ from: span[0], to: span[1], axis, reason }];
  });
}
