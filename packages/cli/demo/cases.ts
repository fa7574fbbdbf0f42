import { damageCloud, drawPerturbation, perturbImage, rescanCloud } from '@loupe/vision/perturb';
import type { FileToSend } from '../operations.ts';
import { readFixture } from './files.ts';

type Expected = 'NORMAL' | 'ANOMALOUS';

/** One file to be judged. */
export interface DemoQuery {
  readonly file: string;
  readonly modality: 'image' | 'point cloud' | 'time series';
  readonly expected: Expected;
  /** What it is made of: a real file or part of one, or a copy of the reference, perturbed, scanned again or with a made defect. */
  readonly origin: 'real' | 'perturbed copy' | 'scanned again' | 'made dent' | 'made hole';
  readonly load: () => Promise<FileToSend>;
}

/** One kind of object: its profile, its references and what is to be judged. */
export interface DemoCase {
  readonly name: string;
  readonly className: string;
  readonly normality: string;
  readonly knownDefects: readonly string[];
  readonly references: readonly { readonly file: string; readonly load: () => Promise<FileToSend> }[];
  readonly queries: readonly DemoQuery[];
}

const PERTURBATION_SEED = 20_261_122;

const boards = ['00041000', '00041001', '00041002', '00041003', '00041004', '00041005'];
const BOARD_DEFECTS = ['open circuits', 'shorts', 'mouse bites', 'spurs', 'spurious copper', 'pin holes'];

/** Rows of a day in NAB's daily series, one every five minutes. */
const DAY_ROWS = 288;

/** The bundled real files. */
export const cases: readonly DemoCase[] = [
  ...boards.map((board, position) => ({
    name: `DeepPCB ${board}`,
    className: 'printed circuit board',
    normality: 'Every trace, pad and hole of the template is present and nothing else is.',
    knownDefects: BOARD_DEFECTS,
    references: [real(`deeppcb/${board}_temp.jpg`)],
    queries: [
      perturbed(`deeppcb/${board}_temp.jpg`, PERTURBATION_SEED + position),
      defect(`deeppcb/${board}_test.jpg`),
    ],
  })),
  {
    name: 'VisA candle',
    className: 'candle',
    normality: 'Four whole candles with smooth wax and a wick each.',
    knownDefects: ['chips', 'cracks', 'foreign particles'],
    references: [real('candle/normal.JPG')],
    queries: [perturbed('candle/normal.JPG', PERTURBATION_SEED + 6), defect('candle/abnormal.JPG')],
  },
  {
    name: 'VisA pcb',
    className: 'circuit board module',
    normality: 'All components are mounted straight and their pins are not bent.',
    knownDefects: ['bent pins', 'missing components', 'scratches'],
    references: [real('pcb/normal.JPG')],
    queries: [perturbed('pcb/normal.JPG', PERTURBATION_SEED + 7), defect('pcb/abnormal.JPG')],
  },
  {
    name: 'Cookies',
    className: 'cookie',
    normality: 'A whole round cookie.',
    knownDefects: ['cracks', 'broken parts'],
    references: [real('cookie/normal/normal-1.jpg'), real('cookie/normal/normal-2.jpg')],
    queries: [
      { ...real('cookie/normal/normal-3.jpg'), modality: 'image', expected: 'NORMAL', origin: 'real' },
      defect('cookie/anomaly/anomaly-1.jpg'),
      defect('cookie/anomaly/anomaly-2.jpg'),
      defect('cookie/anomaly/anomaly-3.jpg'),
    ],
  },
  {
    name: 'Bunny scans',
    className: 'scanned figure',
    normality: 'A whole figure without dents or holes.',
    knownDefects: ['dents', 'holes'],
    references: [scan('scanned again', 0)],
    queries: [
      { ...scan('scanned again', 1), expected: 'NORMAL' },
      { ...scan('made dent', 1002), expected: 'ANOMALOUS' },
      { ...scan('made hole', 1002), expected: 'ANOMALOUS' },
    ],
  },
  {
    name: 'Daily load',
    className: 'load curve',
    normality: 'A week with the same daily course.',
    knownDefects: ['jumps', 'missing days'],
    references: [week('art_daily_small_noise', 0)],
    queries: [
      { ...week('art_daily_small_noise', 1), expected: 'NORMAL' },
      { ...week('art_daily_jumpsup', 0), expected: 'NORMAL' },
      { ...week('art_daily_jumpsup', 1), expected: 'ANOMALOUS' },
    ],
  },
];

/** A file of each kind of data, to show the views that are made of it. */
export const showcase: readonly string[] = [
  'images/cheers_1440x960.heic',
  'pointclouds/ism_train_cat.pcd',
  'timeseries/art_daily_jumpsup.csv',
  'video/bottle-detection.mp4',
  'volumes/CT_small.dcm',
];

function real(file: string) {
  return { file, load: () => readImage(file) };
}

function defect(file: string): DemoQuery {
  return { ...real(file), modality: 'image', expected: 'ANOMALOUS', origin: 'real' };
}

function perturbed(file: string, seed: number): DemoQuery {
  let made: Promise<FileToSend> | undefined;
  const load = () => {
    made ??= readImage(file).then(async (original) => {
      const bytes = await perturbImage(original.bytes, drawPerturbation(seed), seed);
      return { ...original, bytes: new Uint8Array(bytes) };
    });
    return made;
  };
  return { file, modality: 'image', expected: 'NORMAL', origin: 'perturbed copy', load };
}

/** Points of the Stanford bunny, drawn anew, with a dent or a hole. */
function scan(origin: 'scanned again' | 'made dent' | 'made hole', seed: number) {
  const file = 'pointclouds/bunny.ply';
  const load = async (): Promise<FileToSend> => {
    const original = await readFixture(file);
    if (origin === 'scanned again') return { ...original, bytes: await rescanCloud(original.bytes, seed) };
    const kind = origin === 'made dent' ? 'DENT' : 'HOLE';
    const { bytes } = await damageCloud(original.bytes, { kind, radius: 0.06, depth: 0.015 }, seed);
    return { ...original, bytes };
  };
  return { file, modality: 'point cloud', origin, load } as const;
}

/** A whole week, the first is 0, of one of NAB's daily series. */
function week(name: string, number: number) {
  const load = async (): Promise<FileToSend> => {
    const original = await readFixture(`timeseries/${name}.csv`);
    const [header, ...rows] = Buffer.from(original.bytes).toString('utf8').trim().split('\n');
    const days = rows.slice(number * 7 * DAY_ROWS, (number + 1) * 7 * DAY_ROWS);
    return { ...original, bytes: new Uint8Array(Buffer.from(`${[header, ...days].join('\n')}\n`)) };
  };
  return {
    file: `timeseries/${name}.csv week ${number + 1}`,
    modality: 'time series',
    origin: 'real',
    load,
  } as const;
}

function readImage(file: string): Promise<FileToSend> {
  return readFixture(`images/${file}`);
}
