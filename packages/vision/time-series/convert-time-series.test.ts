import { describe, expect, it } from 'vitest';
import { convert, detectMediaType, type TimeSeriesGeometry } from '../index.ts';
import { decodePng } from './testing/decode-png.ts';
import { makeNpy, makeWav, makeZip } from './testing/make-files.ts';
import { readFixture } from './testing/read-fixture.ts';

const spans = (views: readonly { readonly geometry: unknown }[]) =>
  views.map(({ geometry }) => (geometry as TimeSeriesGeometry).span.map((at) => new Date(at).toISOString()));

describe('converting time series', () => {
  it('shows a real series whole and zooms into the window that NAB labels as anomalous', async () => {
    const { mediaType, views } = await convert(readFixture('art_daily_jumpsup.csv'));
    expect(mediaType).toBe('text/csv');
    const [whole, ...zooms] = spans(views);
    expect(whole).toEqual(['2014-04-01T00:00:00.000Z', '2014-04-14T23:55:00.000Z']);
    // Labelled from 2014-04-10T16:15 to 2014-04-12T01:45.
    expect(zooms.some(([from = '', to = '']) => from > '2014-04-10T16' && to < '2014-04-12T02')).toBe(true);
  });

  it('finds the marathon and the blizzard in the taxis of New York', async () => {
    const { views } = await convert(readFixture('nyc_taxi.csv'), { timeSeries: { zooms: 2 } });
    const [, marathon = [], blizzard = []] = spans(views);
    expect([marathon[0]?.slice(0, 10), marathon[1]?.slice(0, 10)]).toEqual(['2014-10-27', '2014-11-07']);
    expect((blizzard[0] ?? '') < '2015-01-26' && (blizzard[1] ?? '') > '2015-01-28').toBe(true);
  });

  it('gives one view when no zoom is asked for', async () => {
    const { views, notes } = await convert(readFixture('machine_temperature_first_5000.csv'), {
      timeSeries: { zooms: 0 },
    });
    expect(views).toHaveLength(1);
    expect(notes).toEqual([]);
  });

  it('gives pages of eight channels, zooms and spectrograms', async () => {
    const data = Float64Array.from(
      { length: 20 * 4000 },
      (_, i) => Math.sin(i / 20 / (5 + (i % 20))) + (i === 40_003 ? 50 : 0),
    );
    const bytes = makeNpy('<f8', [4000, 20], data);
    const { views } = await convert(bytes, { timeSeries: { zooms: 1, spectrogram: true, title: 'Rig' } });
    const kinds = views.map(({ geometry }) => geometry as TimeSeriesGeometry);
    expect(kinds.map(({ style, panels }) => [style, panels.length])).toEqual([
      ['PLOT', 8],
      ['PLOT', 8],
      ['PLOT', 4],
      ['PLOT', 8],
      ...Array.from({ length: 20 }, () => ['SPECTROGRAM', 1]),
    ]);
    expect(kinds[3]?.panels.map(({ channel }) => channel)).toContain('channel 3');
  });

  it('shows a tone at its frequency in the spectrogram', async () => {
    const samples = Int16Array.from({ length: 16_000 }, (_, i) =>
      Math.round(Math.sin((2 * Math.PI * 1000 * i) / 8000) * 20_000),
    );
    const { views } = await convert(makeWav(samples), { timeSeries: { zooms: 0, spectrogram: true } });
    const [, view] = views;
    if (view === undefined) throw new Error('no spectrogram');
    const { panels } = view.geometry as TimeSeriesGeometry;
    expect(panels[0]).toMatchObject({ unit: 'Hz', range: [0, 4000] });
    if (panels[0] === undefined) throw new Error('no panel');
    const read = await decodePng(view);
    const { x, y, width, height } = panels[0].area;
    const green = Array.from({ length: height }, (_, row) => read(x + (width >> 1), y + row)[1]);
    const brightest = green.indexOf(Math.max(...green));
    expect(Math.abs(4000 * (1 - (brightest + 0.5) / height) - 1000)).toBeLessThan(40);
  });

  it('draws the normal range behind the channel of its name', async () => {
    const bands = [{ channel: 'value', lower: [0], upper: [400] }];
    const { views } = await convert(readFixture('art_daily_jumpsup.csv'), {
      timeSeries: { bands, zooms: 0 },
    });
    const [panel] = views.flatMap(({ geometry }) => (geometry as TimeSeriesGeometry).panels);
    expect(panel?.range[1]).toBeGreaterThan(400);
    await expect(
      convert(readFixture('nyc_taxi.csv'), {
        timeSeries: { bands: [{ channel: 'value', lower: [], upper: [] }] },
      }),
    ).rejects.toThrow(RangeError);
  });

  it.each([
    ['text/csv', Buffer.from('time,v\n2024-01-01,1\n2024-01-02,2\n')],
    ['text/tab-separated-values', Buffer.from('time\tv\n2024-01-01\t1\n2024-01-02\t2\n')],
    ['application/json', Buffer.from('[{"t": 0, "v": 1}, {"t": 1, "v": 3}]')],
    ['application/jsonl', Buffer.from('{"t": 0, "v": 1}\n{"t": 1, "v": 3}\n')],
    ['application/x-npy', makeNpy('<f8', [3], Float64Array.of(1, 2, 3))],
    ['application/x-npz', makeZip({ 'v.npy': makeNpy('<f8', [3], Float64Array.of(1, 2, 3)) })],
    ['application/vnd.apache.parquet', readFixture('parquet/rowgroups.parquet')],
    ['audio/wav', makeWav(Int16Array.of(1, 2, 3))],
  ])('knows %s by its content and converts it', async (mediaType, bytes) => {
    expect(detectMediaType(bytes.subarray(0, 4096))).toBe(mediaType);
    const { views } = await convert(bytes, { longSidePx: 400 });
    expect(views.length).toBeGreaterThan(0);
    for (const { widthPx, heightPx } of views) expect(Math.max(widthPx, heightPx)).toBeLessThanOrEqual(400);
  });

  it.each([
    ['prose', 'It was the best of times, it was the worst of times.\nIt was the age, of wisdom.\n'],
    ['a program', 'const a = 1;\nconst b = 2;\nconsole.log(a, b);\n'],
    ['markup', '<html>\n<body>1,2,3</body>\n</html>\n'],
    ['a Wavefront object', 'o Cube\nv 1.0 1.0 -1.0\nv 1.0 -1.0 -1.0\nf 1 2 3\n'],
  ])('does not take %s for a table', (_, text) => {
    expect(detectMediaType(Buffer.from(text)) ?? 'nothing').not.toMatch(/csv|tab|json/);
  });
});
