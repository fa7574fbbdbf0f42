/**
 * What the embedded detector can and cannot do on the fixtures, and how long it takes.
 *
 *     node test/proof/detector-on-fixtures.ts [--json FILE] [--seeds 11,12,13,14,15] [--runs 5]
 *
 * Ranking: each defective picture against perturbed copies of its reference, one per seed; cracked cookies against
 * the normal one held out. Localisation: marked boxes and masks against the map and the regions. Time: milliseconds
 * of one whole detection, decoding included, alternating over the pictures.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { Rectangle } from '../../packages/vision/geometry.ts';
import { drawPerturbation, perturbImage } from '../../packages/vision/perturb/index.ts';
import { type Detection, detectAnomalies } from '../../packages/vision/reference/index.ts';
import {
  CRACKED_COOKIES,
  NORMAL_COOKIES,
  PAIRS,
  readBoxes,
  readFixture,
} from '../../packages/vision/reference/testing/fixtures.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    seeds: { type: 'string', default: '11,12,13,14,15' },
    runs: { type: 'string', default: '5' },
  },
});
const seeds = values.seeds.split(',').map(Number);

const pairs = [];
for (const pair of PAIRS) pairs.push(await rankPair(pair));
const cookies = [];
for (const heldOut of [0, 1, 2]) cookies.push(await rankCookies(heldOut));
const boards = [];
for (const pair of PAIRS.filter(({ name }) => name.startsWith('deeppcb')))
  boards.push(await locateBoxes(pair));
const masks = [];
for (const index of [0, 1, 2]) masks.push(await locateMask(index));
const alone = await rankAlone();
const times = await measureTimes(Number(values.runs));

print('Ranking: score of the defective picture, largest score of the perturbed copies');
for (const row of pairs) {
  const passed = row.defective > row.largestHarmless ? 'above' : 'NOT above';
  print(
    `  ${row.name.padEnd(18)} ${row.defective.toFixed(3)}  ${row.largestHarmless.toFixed(3)}  ${passed} ${seeds.length} of ${seeds.length}`,
  );
}
print('Cookies: score of the normal one held out, scores of the cracked ones');
for (const row of cookies) {
  print(
    `  held out ${row.heldOut}  ${row.normal.toFixed(3)}  ${row.cracked.map((score) => score.toFixed(3)).join(' ')}`,
  );
}
print(
  'DeepPCB boxes: marked, hit by a local maximum over the threshold, regions given, regions on a box, pixel AUROC',
);
for (const row of boards) {
  print(
    `  ${row.name.padEnd(18)} ${row.boxes}  ${row.boxesHit}  ${row.regions}  ${row.regionsHit}  ${row.pixelAuroc.toFixed(3)}`,
  );
}
print('Cookie masks: rank of the first region that touches the mask (0 for none), pixel AUROC');
for (const row of masks) print(`  cracked ${row.cracked}  ${row.firstRegion}  ${row.pixelAuroc.toFixed(3)}`);
print('Without references: score of the defective picture, score of its normal counterpart');
for (const row of alone)
  print(`  ${row.name.padEnd(18)} ${row.defective.toFixed(3)}  ${row.normal.toFixed(3)}`);
print('Time of one detection, ms: median, largest');
for (const row of times)
  print(`  ${row.name.padEnd(34)} ${row.medianMs.toFixed(0)}  ${row.largestMs.toFixed(0)}`);
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ seeds, pairs, cookies, boards, masks, alone, times }, null, 2)}\n`,
  );
}

async function rankPair(pair: (typeof PAIRS)[number]) {
  const normal = readFixture(pair.normal);
  const defective = (await detectAnomalies(readFixture(pair.abnormal), [normal])).score;
  const harmless: number[] = [];
  for (const seed of seeds) {
    const copy = await perturbImage(normal, drawPerturbation(seed), seed);
    harmless.push((await detectAnomalies(copy, [normal])).score);
  }
  return { name: pair.name, defective, harmless, largestHarmless: Math.max(...harmless) };
}

function readNormalsBut(heldOut: number): Uint8Array[] {
  return NORMAL_COOKIES.filter((_, index) => index !== heldOut).map(readFixture);
}

async function rankCookies(heldOut: number) {
  const references = readNormalsBut(heldOut);
  const normal = (await detectAnomalies(readFixture(NORMAL_COOKIES[heldOut] ?? ''), references)).score;
  const cracked: number[] = [];
  for (const name of CRACKED_COOKIES)
    cracked.push((await detectAnomalies(readFixture(name), references)).score);
  return { heldOut: heldOut + 1, normal, cracked };
}

async function rankAlone() {
  const cookiePairs = CRACKED_COOKIES.map((abnormal, index) => ({
    name: `cookie ${index + 1}`,
    abnormal,
    normal: NORMAL_COOKIES[index] ?? '',
  }));
  const rows = [];
  for (const { name, abnormal, normal } of [...PAIRS, ...cookiePairs]) {
    const defective = (await detectAnomalies(readFixture(abnormal), [])).score;
    rows.push({ name, defective, normal: (await detectAnomalies(readFixture(normal), [])).score });
  }
  return rows;
}

async function locateBoxes(pair: (typeof PAIRS)[number]) {
  const found = await detectAnomalies(readFixture(pair.abnormal), [readFixture(pair.normal)]);
  const boxes = readBoxes(pair);
  const peaks = findPeaks(found);
  const inside = (x: number, y: number) =>
    boxes.some((box) => x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height);
  return {
    name: pair.name,
    boxes: boxes.length,
    boxesHit: boxes.filter((box) => peaks.some((peak) => intersects(peak, box))).length,
    regions: found.regions.length,
    regionsHit: found.regions.filter((region) => boxes.some((box) => intersects(region, box))).length,
    pixelAuroc: measureAuroc(found, inside),
  };
}

async function locateMask(index: number) {
  const found = await detectAnomalies(readFixture(CRACKED_COOKIES[index] ?? ''), readNormalsBut(0));
  const { data, info } = await sharp(readFixture(`cookie/masks/anomaly-${index + 1}.png`))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  // The masks are green on white or black: marked is where green stands out from red.
  const inside = (x: number, y: number) => {
    const at = (Math.floor(y) * info.width + Math.floor(x)) * info.channels;
    return (data[at + 1] ?? 0) - (data[at] ?? 0) > 50;
  };
  const rank = found.regions.findIndex((region) => {
    for (let y = region.y; y < region.y + region.height; y++) {
      for (let x = region.x; x < region.x + region.width; x++) if (inside(x, y)) return true;
    }
    return false;
  });
  return { cracked: index + 1, firstRegion: rank + 1, pixelAuroc: measureAuroc(found, inside) };
}

/** Local maxima (among eight neighbours) of the map at or over the threshold, as the pixels of their cells. */
function findPeaks({ map, widthPx, heightPx }: Detection): Rectangle[] {
  const peaks: Rectangle[] = [];
  const [width, height] = [widthPx / map.width, heightPx / map.height];
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      const value = map.data[y * map.width + x] ?? 0;
      let highest = value >= 1;
      for (let v = Math.max(0, y - 1); v <= Math.min(map.height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(map.width - 1, x + 1); u++) {
          if ((map.data[v * map.width + u] ?? 0) > value) highest = false;
        }
      }
      if (highest) peaks.push({ x: x * width, y: y * height, width, height });
    }
  }
  return peaks;
}

function intersects(one: Rectangle, other: Rectangle): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** Area under the ROC curve of the map's cells against what is marked at their middles (Mann–Whitney, ties half). */
function measureAuroc(
  { map, widthPx, heightPx }: Detection,
  inside: (x: number, y: number) => boolean,
): number {
  const cells = Array.from(map.data, (value, i) => {
    const x = (((i % map.width) + 0.5) * widthPx) / map.width;
    const y = ((Math.floor(i / map.width) + 0.5) * heightPx) / map.height;
    return { value, marked: inside(x, y) };
  }).sort((one, other) => one.value - other.value);
  let ranks = 0;
  let marked = 0;
  for (let start = 0; start < cells.length; ) {
    let end = start;
    while (end < cells.length && cells[end]?.value === cells[start]?.value) end++;
    const tied = cells.slice(start, end).filter((cell) => cell.marked).length;
    ranks += tied * ((start + 1 + end) / 2);
    marked += tied;
    start = end;
  }
  return (ranks - (marked * (marked + 1)) / 2) / (marked * (cells.length - marked));
}

async function measureTimes(runs: number) {
  const cases = [
    ...PAIRS.map(({ name, abnormal, normal }) => ({
      name: `${name}, 1 reference`,
      query: readFixture(abnormal),
      references: [readFixture(normal)],
    })),
    {
      name: 'cookie, 2 references',
      query: readFixture(NORMAL_COOKIES[0] ?? ''),
      references: readNormalsBut(0),
    },
    {
      name: 'cracked cookie, 2 references, bank',
      query: readFixture(CRACKED_COOKIES[0] ?? ''),
      references: readNormalsBut(0),
    },
    { name: 'cracked cookie, no reference', query: readFixture(CRACKED_COOKIES[0] ?? ''), references: [] },
  ].map((one) => ({ ...one, ms: [] as number[] }));
  for (let run = 0; run < runs; run++) {
    for (const { query, references, ms } of cases) {
      const start = performance.now();
      await detectAnomalies(query, references);
      ms.push(performance.now() - start);
    }
  }
  return cases.map(({ name, ms }) => {
    const sorted = ms.toSorted((one, other) => one - other);
    return { name, medianMs: sorted[sorted.length >> 1] ?? 0, largestMs: sorted.at(-1) ?? 0 };
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
