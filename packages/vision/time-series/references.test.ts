import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import type { TimeSeriesGeometry } from '../geometry.ts';
import { detectInSeries } from '../reference/index.ts';

const DAY_ROWS = 288;
const FOLDER = new URL('../../../test/fixtures/timeseries/', import.meta.url);

/** Whole days of one of NAB's artificial daily series. */
function readDays(name: string, from: number, end: number): Uint8Array {
  const [header, ...rows] = readFileSync(new URL(`${name}.csv`, FOLDER), 'utf8')
    .trim()
    .split('\n');
  return Buffer.from(`${[header, ...rows.slice(from * DAY_ROWS, end * DAY_ROWS)].join('\n')}\n`);
}

async function plot(bytes: Uint8Array, reference?: Uint8Array): Promise<TimeSeriesGeometry> {
  const references =
    reference === undefined
      ? []
      : [
          {
            views: (await convert(reference)).views,
            source: { bytes: reference, mediaType: 'text/csv' },
          },
        ];
  const geometry = (await convert(bytes, { references })).views[0]?.geometry;
  if (geometry?.kind !== 'TIME_SERIES') throw new Error('no plot');
  return geometry;
}

describe('a series with a normal one to compare with', () => {
  const normal = readDays('art_daily_small_noise', 0, 7);

  it('has the axes of the normal one as long as it stays within them', async () => {
    const [own, other] = [await plot(normal), await plot(readDays('art_daily_small_noise', 7, 14), normal)];
    expect(other.panels[0]?.range).toEqual(own.panels[0]?.range);
  });

  it('departs where NAB marks an anomaly, and nowhere in another normal week', async () => {
    const jump = await plot(readDays('art_daily_jumpsup', 7, 14), normal);
    const [first] = jump.windows ?? [];
    // The window of labels/combined_windows.json.
    expect(first?.span[0]).toBeGreaterThan(Date.UTC(2014, 3, 10, 16, 15));
    expect(first?.span[1]).toBeLessThan(Date.UTC(2014, 3, 12, 1, 45));
    expect(first?.isCompared).toBe(true);
    const found = detectInSeries(jump);
    expect(found.score).toBeGreaterThan(0.5);
    expect(found.reasoning).toMatch(/^"value" from 2014-04-1[01] .* departs further/);
    const [area] = jump.panels;
    const [region] = found.regions;
    expect(region?.x).toBeGreaterThanOrEqual(area?.area.x ?? 0);
    expect(detectInSeries(await plot(readDays('art_daily_small_noise', 7, 14), normal)).score).toBeLessThan(
      0.5,
    );
    expect(detectInSeries(await plot(readDays('art_daily_jumpsup', 0, 7), normal)).score).toBeLessThan(0.5);
  });

  it('is compared with itself when it has no channel in common', async () => {
    const other = Buffer.from(Buffer.from(normal).toString().replace('value', 'other'));
    const { windows } = await plot(readDays('art_daily_jumpsup', 7, 14), other);
    expect(windows?.every(({ isCompared }) => !isCompared)).toBe(true);
  });

  it('gives a part of a series, which is judged as a whole, no score of its own', () => {
    const zoom: TimeSeriesGeometry = {
      kind: 'TIME_SERIES',
      style: 'PLOT',
      span: [0, 1],
      axis: 'ROW',
      panels: [],
      windows: [],
    };
    expect(detectInSeries(zoom).score).toBe(0);
  });
});
