import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeSeriesGeometry } from '../../geometry.ts';
import type { View } from '../../types.ts';
import { decodePng } from '../testing/decode-png.ts';
import { countRows, findSpan, measureTimeline, sampleEvery, type Timeline } from '../timeline.ts';
import { GAP, LINE, PLOT_PALETTE } from './canvas.ts';
import { drawPlot } from './draw-plot.ts';
import { divideRows, findExtremes } from './extremes.ts';
import { findGapLimit } from './trace.ts';

function plot(timeline: Timeline, values: Float64Array, more: Partial<Parameters<typeof drawPlot>[0]> = {}) {
  const view = drawPlot({
    timeline,
    channels: [{ name: 'v', values }],
    span: findSpan(timeline),
    title: 'title',
    widthPx: 1200,
    longSidePx: 2048,
    ...more,
  });
  const geometry = view.geometry as TimeSeriesGeometry;
  const [panel] = geometry.panels;
  if (panel === undefined) throw new Error('no panel');
  return { view, panel };
}

/** For each column of the panel the first and the last row of the given colour, from the panel's top; -1 for none. */
async function findColour(view: View, panel: TimeSeriesGeometry['panels'][number], index: number) {
  const read = await decodePng(view);
  const wanted = `${PLOT_PALETTE[index]}`;
  const { x, y, width, height } = panel.area;
  return Array.from({ length: width }, (_, column) => {
    const rows = Array.from({ length: height }, (_, row) => row).filter(
      (row) => `${read(x + column, y + row)}` === wanted,
    );
    return [rows[0] ?? -1, rows.at(-1) ?? -1] as const;
  });
}

describe('drawPlot', () => {
  it('draws a spike of one sample in ten million', async () => {
    const values = new Float64Array(10_000_000);
    for (let i = 0; i < values.length; i++) values[i] = Math.sin(i / 1e5);
    values[7_654_321] = 100;
    const { view, panel } = plot(sampleEvery(0.001, values.length), values);
    const columns = await findColour(view, panel, LINE);
    const column = Math.floor((7_654_321 / 9_999_999) * panel.area.width);
    const tallest = columns.flatMap(([top], i) => (top >= 0 && top < panel.area.height / 2 ? [i] : []));
    expect(tallest).toEqual([column]);
    const [low, high] = panel.range;
    expect(columns[column]?.[0]).toBe(Math.floor(((high - 100) / (high - low)) * panel.area.height));
  });

  it('shows the least and the greatest value of every column at their pixels', async () => {
    const values = Float64Array.from(
      { length: 50_000 },
      (_, i) => Math.sin(i / 700) * 5 + ((i * 7919) % 1000) / 500,
    );
    const { view, panel } = plot(countRows(values.length), values);
    const columns = await findColour(view, panel, LINE);
    const { height, width } = panel.area;
    const [low, high] = panel.range;
    const row = (value: number) => Math.floor(((high - value) / (high - low)) * height);
    columns.forEach(([top, bottom], column) => {
      // Independent of the code's own division: by each sample's place in the span.
      const inside = values.filter(
        (_, i) => Math.min(width - 1, Math.floor((i / 49_999) * width)) === column,
      );
      expect([top, bottom]).toEqual([row(Math.max(...inside)), row(Math.min(...inside))]);
    });
  });

  it('knows the steps of a channel that has a value every 1500 rows', () => {
    const values = Float64Array.from({ length: 30_000 }, (_, row) => (row % 1500 === 0 ? row : Number.NaN));
    expect(findGapLimit(countRows(30_000), values)).toBe(1.5 * 1500);
  });

  it('leaves gaps in time and gaps of NaN without a line, in grey', async () => {
    const instants = Float64Array.from({ length: 2000 }, (_, i) => (i < 1000 ? i : i + 1000) * 1000);
    const values = instants.map((at) => (at > 2_500_000 && at < 2_700_000 ? Number.NaN : at % 7));
    const { view, panel } = plot(measureTimeline('TIMESTAMP', instants), values);
    const line = await findColour(view, panel, LINE);
    const grey = await findColour(view, panel, GAP);
    const at = (ms: number) => Math.floor((ms / 2_999_000) * panel.area.width);
    for (const [from, to] of [
      [999_000, 2_000_000],
      [2_500_000, 2_700_000],
    ] as const) {
      for (let column = at(from) + 1; column < at(to); column++) {
        expect(line[column]).toEqual([-1, -1]);
      }
      // The lines of the grid lie over the grey.
      const whole = grey.slice(at(from) + 1, at(to)).filter(([top]) => top === 0).length;
      expect(whole).toBeGreaterThan((at(to) - at(from)) * 0.95);
    }
    expect(line[at(500_000)]?.[0]).not.toBe(-1);
    expect(grey[at(500_000)]).toEqual([-1, -1]);
  });

  it('joins sparse samples by a line without holes', async () => {
    const { view, panel } = plot(countRows(5), Float64Array.of(0, 10, -10, 5, 5));
    const columns = await findColour(view, panel, LINE);
    columns.forEach(([top, bottom], i) => {
      expect(top).toBeGreaterThanOrEqual(0);
      const [beforeTop, beforeBottom] = columns[i - 1] ?? [top, bottom];
      expect(top <= beforeBottom + 1 && bottom >= beforeTop - 1).toBe(true);
    });
  });

  it('is a PNG that another decoder reads, at every width and number of channels', async () => {
    const values = Float64Array.from({ length: 300 }, (_, i) => i % 17);
    const shape = fc.record({
      widthPx: fc.integer({ min: 256, max: 1300 }),
      panels: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ widthPx, panels }) => {
        const channels = Array.from({ length: panels }, (_, i) => ({ name: `${i}`, values }));
        const { view } = plot(countRows(300), values, { widthPx, channels });
        await decodePng(view);
        const { panels: drawn } = view.geometry as TimeSeriesGeometry;
        for (const { area } of drawn) {
          expect(area.height).toBeGreaterThan(20);
          expect(area.x + area.width).toBeLessThanOrEqual(view.widthPx);
          expect(area.y + area.height).toBeLessThanOrEqual(view.heightPx);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('draws any finite values, however large, small or equal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e300, max: 1e300 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: -300, max: 0 }),
        (numbers, power) => {
          const values = Float64Array.from(numbers, (value) => value * 10 ** power);
          const { panel } = plot(countRows(values.length), values, { widthPx: 400 });
          const [low, high] = panel.range;
          expect(low).toBeLessThan(high);
          for (const value of values)
            if (!Number.isNaN(value)) expect(value >= low && value <= high).toBe(true);
        },
      ),
      {
        numRuns: 150,
        examples: [
          [[5e-324], 0],
          [[0, 5e-324], 0],
          [[1e300, -1e300], 0],
        ],
      },
    );
  });
});

describe('findExtremes', () => {
  it('finds with the kernel what a plain comparison finds, NaN passed over', () => {
    const value = fc.oneof(
      { weight: 5, arbitrary: fc.double({ noNaN: true }) },
      fc.constantFrom(Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.boolean(), (seeds, single) => {
        // Long enough for the kernel: more than 200 rows a column, an odd number of them.
        const repeated = Array.from({ length: 1001 }, (_, i) => seeds[(i * 31) % seeds.length] ?? 0);
        const values = single ? Float32Array.from(repeated) : Float64Array.from(repeated);
        const bounds = Uint32Array.of(0, 333, 334, 1001);
        const { low, high } = findExtremes(values, bounds);
        for (let column = 0; column < 3; column++) {
          const part = Array.from(values.subarray(bounds[column], bounds[column + 1])).filter(
            (v) => !Number.isNaN(v),
          );
          expect((low[column] ?? 0) + 0).toBe(part.length === 0 ? Number.NaN : Math.min(...part) + 0);
          expect((high[column] ?? 0) + 0).toBe(part.length === 0 ? Number.NaN : Math.max(...part) + 0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('divides rows so that each is in the column of its instant, once', () => {
    const steps = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 50 }), (waits, columns) => {
        let at = 0;
        const timeline = measureTimeline(
          'SECONDS',
          Float64Array.from(waits, (wait) => (at += wait)),
        );
        const bounds = divideRows(timeline, findSpan(timeline), columns);
        expect(bounds[0]).toBe(0);
        expect(bounds[columns]).toBe(waits.length);
        for (let i = 1; i <= columns; i++) expect((bounds[i] ?? 0) >= (bounds[i - 1] ?? 0)).toBe(true);
      }),
    );
  });
});
