/**
 * Cutting a picture into superpixels at 512 px, and drawing its marks.
 *
 *     npm run bench -- --only vision.marks
 *
 * The pictures are photographs cropped to 512 × 512; a figure is that of the slowest picture. Memory is no limit here
 * (a megabyte): a round of the clustering looks at every pixel about 4 times (a centre sees a cell to each side), four rounds at
 * half of them: 3 million distances of some 10 operations, 15 ms at 2 operations a nanosecond.
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { drawMarks, segmentSuperpixels } from '../../packages/vision/marks/index.ts';
import { runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const SIDE = 512;
const PICTURES = [
  'candle/abnormal.JPG',
  'pcb/abnormal.JPG',
  'deeppcb/00041000_test.jpg',
  'cookie/anomaly/anomaly-1.jpg',
];

await runBench(9, async (runs) => {
  const times = [];
  for (const name of PICTURES) times.push(await measure(name, runs));
  return {
    figures: {
      'vision.slic_512.ms': Math.max(...times.map(({ slic }) => slic)),
      'vision.draw_marks_512.ms': Math.max(...times.map(({ draw }) => draw)),
    },
  };
});

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
  const segmentation = await segmentSuperpixels(picture);
  return takeTurns(
    { slic: () => segmentSuperpixels(picture), draw: () => drawMarks(view, segmentation) },
    runs,
  );
}
