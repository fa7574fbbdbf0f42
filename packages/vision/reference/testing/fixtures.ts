import { readFileSync } from 'node:fs';
import type { Rectangle } from '../../geometry.ts';

const FOLDER = new URL('../../../../test/fixtures/images/', import.meta.url);

/** The bytes of a picture among the test fixtures. */
export function readFixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}

/** A defective picture, its normal counterpart, and a short name. */
export interface Pair {
  readonly name: string;
  readonly normal: string;
  readonly abnormal: string;
}

const BOARDS = ['00041000', '00041001', '00041002', '00041003', '00041004', '00041005'] as const;

/** Pairs of one normal and one defective picture of the same kind. */
export const PAIRS: readonly Pair[] = [
  ...BOARDS.map((board) => ({
    name: `deeppcb ${board}`,
    normal: `deeppcb/${board}_temp.jpg`,
    abnormal: `deeppcb/${board}_test.jpg`,
  })),
  { name: 'pcb', normal: 'pcb/normal.JPG', abnormal: 'pcb/abnormal.JPG' },
  { name: 'candle', normal: 'candle/normal.JPG', abnormal: 'candle/abnormal.JPG' },
];

export const NORMAL_COOKIES = [1, 2, 3].map((index) => `cookie/normal/normal-${index}.jpg`);
export const CRACKED_COOKIES = [1, 2, 3].map((index) => `cookie/anomaly/anomaly-${index}.jpg`);

/** The defects that DeepPCB marks on a board, in pixels of its picture. */
export function readBoxes(pair: Pair): Rectangle[] {
  const text = new TextDecoder().decode(readFixture(pair.abnormal.replace('_test.jpg', '.txt')));
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [x = 0, y = 0, right = 0, bottom = 0] = line.trim().split(/\s+/).map(Number);
      return { x, y, width: right - x, height: bottom - y };
    });
}
