import type { View } from '../types.ts';
import { describeRows, describeSpan } from './describe-span.ts';
import { drawPlot } from './draw/draw-plot.ts';
import { drawSpectrogram } from './draw/draw-spectrogram.ts';
import { MOST_PANELS } from './draw/layout.ts';
import type { TimeSeriesSettings } from './options.ts';
import { type ProposedWindow, proposeWindows } from './propose-windows.ts';
import type { Channel, Series } from './series.ts';
import { findSpan } from './timeline.ts';

const WIDTH_PX = 1200;

/** The views of a series: overviews of up to 8 channels each, zooms of the proposed windows, spectrograms if asked. */
export function drawSeries(
  series: Series,
  { title = series.title, zooms, spectrogram, bands }: TimeSeriesSettings,
  longSidePx: number,
): { readonly views: readonly View[]; readonly notes: readonly string[] } {
  const { timeline, channels } = series;
  const widthPx = Math.min(WIDTH_PX, longSidePx);
  const whole = findSpan(timeline);
  const windows = proposeWindows(timeline, channels, whole, zooms).toSorted((a, b) => a.span[0] - b.span[0]);
  const pages = divide(channels, MOST_PANELS);
  const heading = title === undefined ? {} : { heading: title };
  const shared = { timeline, bands, whole, widthPx, longSidePx, ...heading };
  const overviews = pages.map((page, i) =>
    drawPlot({
      ...shared,
      channels: page,
      span: whole,
      marks: windows.map(({ span }) => span),
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
