import { drawPerturbation, perturbImage } from '@loupe/vision/perturb';
import type { FileToSend } from '../operations.ts';
import { readFixture } from './files.ts';

type Expected = 'NORMAL' | 'ANOMALOUS';

/** One picture to be judged. */
export interface DemoQuery {
  readonly file: string;
  readonly expected: Expected;
  /** What a normal query is made of: a picture of its own, or a perturbed copy of the reference. */
  readonly origin: 'real' | 'perturbed copy';
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

/** The bundled real pictures. */
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
      { ...real('cookie/normal/normal-3.jpg'), expected: 'NORMAL', origin: 'real' },
      defect('cookie/anomaly/anomaly-1.jpg'),
      defect('cookie/anomaly/anomaly-2.jpg'),
      defect('cookie/anomaly/anomaly-3.jpg'),
    ],
  },
];

/** A file of each kind of data beside pictures, to show the views that are made of it. */
export const showcase: readonly string[] = [
  'pointclouds/ism_train_cat.pcd',
  'timeseries/art_daily_jumpsup.csv',
  'volumes/CT_small.dcm',
];

function real(file: string) {
  return { file, load: () => readImage(file) };
}

function defect(file: string): DemoQuery {
  return { ...real(file), expected: 'ANOMALOUS', origin: 'real' };
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
  return { file, expected: 'NORMAL', origin: 'perturbed copy', load };
}

function readImage(file: string): Promise<FileToSend> {
  return readFixture(`images/${file}`);
}
