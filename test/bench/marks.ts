/**
 * Time of cutting a picture into superpixels at 512 px, and of drawing its marks.
 *
 *     node test/bench/marks.ts [--json FILE] [--runs N]
 *
 * The pictures are the photographs of the fixtures, cropped to 512 × 512; a figure is the median over runs of the slowest
 * picture, so that no easy picture hides a hard one. The physical limit of the clustering: a round looks at every
 * pixel about 4 times (a centre sees a cell to each side), four rounds at half of them: 3 million distances of some 10
 * operations, 15 ms at 2 operations a nanosecond.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { drawMarks, segmentSuperpixels } from '../../packages/vision/marks/index.ts';

const SIDE = 512;
const PICTURES = [
  'candle/abnormal.JPG',
  'pcb/abnormal.JPG',
  'deeppcb/00041000_test.jpg',
  'cookie/anomaly/anomaly-1.jpg',
];

const { values } = parseArgs({
  options: { json: { type: 'string' }, runs: { type: 'string', default: '9' } },
});
const rows = [];
for (const name of PICTURES) rows.push(await measure(name, Number(values.runs)));
for (const { name, slicMs, drawMs, regions } of rows) {
  process.stdout.write(
    `${name.padEnd(30)} SLIC ${slicMs.toFixed(1)} ms, ${regions} regions; marks drawn in ${drawMs.toFixed(1)} ms\n`,
  );
}
const figures = {
  'vision.slic_512.ms': Math.max(...rows.map(({ slicMs }) => slicMs)),
  'vision.draw_marks_512.ms': Math.max(...rows.map(({ drawMs }) => drawMs)),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);

async function measure(name: string, runs: number) {
  const file = readFileSync(new URL(`../fixtures/images/${name}`, import.meta.url));
  const data = await sharp(file)
    .resize(SIDE, SIDE, { fit: 'cover' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const view = await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .jpeg()
    .toBuffer();
  const picture = { data, widthPx: SIDE, heightPx: SIDE };
  const [slic, draw]: [number[], number[]] = [[], []];
  let regions = 0;
  // The first rounds warm the compiler and are not counted.
  for (let run = -2; run < runs; run++) {
    const started = performance.now();
    const segmentation = await segmentSuperpixels(picture);
    const cut = performance.now();
    await drawMarks(view, segmentation);
    if (run < 0) continue;
    slic.push(cut - started);
    draw.push(performance.now() - cut);
    regions = segmentation.count;
  }
  return { name, slicMs: pickMedian(slic), drawMs: pickMedian(draw), regions };
}

function pickMedian(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
