import sharp from 'sharp';
import { parse, type Spec, View } from 'vega';

const WIDTH = 1200;
const HEIGHT = 480;

/**
 * The same plot by vega, as well as it can be done: the values' column extremes by a plain loop, since vega would take seconds
 * for a million marks, one line through them with two axes and a title, as SVG, turned into a PNG by libvips.
 */
export async function plotWithVega(values: Float64Array, title: string): Promise<Uint8Array> {
  const rows: { x: number; y: number }[] = [];
  for (let column = 0; column < WIDTH; column++) {
    const from = Math.floor((column * values.length) / WIDTH);
    const end = Math.floor(((column + 1) * values.length) / WIDTH);
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let i = from; i < end; i++) {
      const value = values[i] ?? 0;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    rows.push({ x: from, y: least }, { x: from, y: greatest });
  }
  const view = new View(parse(describePlot(rows, title)), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return sharp(Buffer.from(svg)).png({ palette: true }).toBuffer();
}

function describePlot(rows: readonly object[], title: string): Spec {
  return {
    width: WIDTH - 100,
    height: HEIGHT - 80,
    background: 'white',
    title,
    data: [{ name: 'rows', values: [...rows] }],
    scales: [
      { name: 'x', type: 'linear', domain: { data: 'rows', field: 'x' }, range: 'width', zero: false },
      {
        name: 'y',
        type: 'linear',
        domain: { data: 'rows', field: 'y' },
        range: 'height',
        zero: false,
        nice: true,
      },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', grid: true },
      { orient: 'left', scale: 'y', grid: true },
    ],
    marks: [
      {
        type: 'line',
        from: { data: 'rows' },
        encode: {
          enter: { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' }, stroke: { value: '#246' } },
        },
      },
    ],
  };
}
