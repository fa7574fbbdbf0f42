/**
 * Draws a series and numbers on a picture, and writes how much ink the text has, and a checksum of all pixels, as JSON. A
 * program of its own, so that it can be run where there are no fonts.
 */
import sharp from 'sharp';
import { convert } from '../../index.ts';
import { drawMarks, segmentGrid } from '../../marks/index.ts';

/** Pixels far from the first one's grey, left of `widthPx`, and a checksum of all. */
async function describe(bytes: Uint8Array, widthPx: number) {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const background = data[0] ?? 0;
  let ink = 0;
  for (const [i, value] of data.entries())
    if (i % info.width < widthPx && Math.abs(value - background) > 64) ink += 1;
  return { ink, checksum: data.reduce((sum, value, i) => (sum * 31 + value + i) % 4_294_967_291, 7) };
}

const rows = Array.from({ length: 200 }, (_, i) => `${i},${Math.sin(i / 9).toFixed(3)}\n`).join('');
const series = await convert(Buffer.from(`seconds,volts\n${rows}`), { timeSeries: { zooms: 0 } });
const [plot] = series.views;
if (plot?.geometry.kind !== 'TIME_SERIES') throw new Error('The series has no plot.');

const grey = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#808080' } })
  .png()
  .toBuffer();
const whole = segmentGrid({ widthPx: 200, heightPx: 200 }, { columns: 1, rows: 1 });
const marked = await drawMarks(grey, whole, { borders: false, sizePx: 24 });

process.stdout.write(
  JSON.stringify({
    // Left of the data are the names and figures of the axis alone.
    axis: await describe(plot.bytes, plot.geometry.panels[0]?.area.x ?? 0),
    marks: await describe(marked.bytes, 200),
  }),
);
