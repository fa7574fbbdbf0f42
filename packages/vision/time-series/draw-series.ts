import type { TimeSeriesGeometry } from '../geometry.ts';
import type { View } from '../types.ts';
import { type Band, makeBands } from './band.ts';
import { describeRows, describeSpan } from './describe-span.ts';
import { drawPlot } from './draw/draw-plot.ts';
import { drawSpectrogram } from './draw/draw-spectrogram.ts';
import { MOST_PANELS } from './draw/layout.ts';
import type { TimeSeriesSettings } from './options.ts';
import { LEAST_SCORE, type ProposedWindow, proposeWindows } from './propose-windows.ts';
import type { Channel, Series } from './series.ts';
import { findSpan } from './timeline.ts';

const WIDTH_PX = 1200;
/** Windows that a view's geometry names. */
const MOST_WINDOWS = 5;
/** Other normal series may go this much further than those that were given. */
const SLACK = 1.25;
/** Robust standard deviations that count as one without references: the series' own windows say less. */
const ALONE_UNIT = 8;
/** Part of their duration by which series may differ and still be compared instant by instant. */
const SAME_LENGTH = 0.02;
/** References from which a band over time is drawn. */
const LEAST_FOR_BAND = 2;

/**
 * The views of a series: overviews of up to 8 channels each, zooms of the proposed windows, spectrograms if asked. With references,
 * normal series, their bands are drawn and what stands out is what goes beyond them.
 */
export function drawSeries(
  series: Series,
  { title = series.title, zooms, spectrogram, bands }: TimeSeriesSettings,
  longSidePx: number,
  references: readonly Series[] = [],
): { readonly views: readonly View[]; readonly notes: readonly string[] } {
  const { timeline, channels } = series;
  const widthPx = Math.min(WIDTH_PX, longSidePx);
  const whole = findSpan(timeline);
  const normal = references.filter((reference) => isComparable(reference, series));
  const windows = proposeWindows(timeline, channels, whole, zooms, normal).toSorted(
    (a, b) => a.span[0] - b.span[0],
  );
  const departures = describeWindows(series, whole, normal);
  const pages = divide(channels, MOST_PANELS);
  const heading = title === undefined ? {} : { heading: title };
  const shared = {
    timeline,
    bands: bands.length > 0 ? bands : bandsOf(normal, series),
    whole,
    widthPx,
    longSidePx,
    ...heading,
  };
  const overviews = pages.map((page, i) =>
    drawPlot({
      ...shared,
      channels: page,
      span: whole,
      marks: windows.map(({ span }) => span),
      windows: departures.filter(({ channel }) => page.some(({ name }) => name === channel)),
      title: `${describeRows(timeline)}, ${describeSpan(timeline, whole)}${numberPage(i, pages.length)}`,
    }),
  );
  const details = windows.map((window, i) =>
    drawPlot({
      ...shared,
      channels: chooseChannels(channels, window),
      span: window.span,
      title: `zoom ${i + 1} of ${windows.length}, ${describeSpan(timeline, window.span)}`,
    }),
  );
  const notes: string[] = [];
  const spectrograms =
    spectrogram && timeline.instants === undefined
      ? channels.map((channel) => drawSpectrogram({ timeline, channel, widthPx, longSidePx, ...heading }))
      : [];
  if (spectrogram && spectrograms.length === 0) {
    notes.push('There is no spectrogram: the rows are not evenly spaced.');
  }
  return { views: [...overviews, ...details, ...spectrograms], notes };
}

/** Same axis, and at least one channel of the same name. */
function isComparable(reference: Series, { timeline, channels }: Series): boolean {
  return (
    reference.timeline.axis === timeline.axis &&
    channels.some(({ name }) => reference.channels.some((other) => other.name === name))
  );
}

/** Bands over time from references that last as long, else the constant limits of all their values. */
function bandsOf(references: readonly Series[], { timeline }: Series): readonly Band[] {
  const measure = (span: readonly [number, number]) => span[1] - span[0];
  const own = measure(findSpan(timeline));
  const alike = references.every(
    (reference) => Math.abs(measure(findSpan(reference.timeline)) - own) <= own * SAME_LENGTH,
  );
  // A single series has no spread to show at each instant.
  return makeBands(references, alike && references.length >= LEAST_FOR_BAND ? undefined : 1);
}

function describeWindows(
  { timeline, channels }: Series,
  whole: readonly [number, number],
  references: readonly Series[],
): NonNullable<TimeSeriesGeometry['windows']> {
  const isCompared = references.length > 0;
  const unit = isCompared ? LEAST_SCORE * SLACK : ALONE_UNIT;
  return proposeWindows(timeline, channels, whole, MOST_WINDOWS, references, Number.MIN_VALUE).map(
    ({ core, score, channel }) => ({ channel, span: core, strength: score / unit, isCompared }),
  );
}

/** All channels when they fit, else those from the one with the finding on. */
function chooseChannels(channels: readonly Channel[], { channel }: ProposedWindow): readonly Channel[] {
  if (channels.length <= MOST_PANELS) return channels;
  const at = channels.findIndex(({ name }) => name === channel);
  const start = Math.max(0, Math.min(at - (at % MOST_PANELS), channels.length - 1));
  return channels.slice(start, start + MOST_PANELS);
}

function divide<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

function numberPage(page: number, pages: number): string {
  return pages === 1 ? '' : `, page ${page + 1} of ${pages}`;
}
