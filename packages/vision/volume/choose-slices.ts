import { RejectedError } from '../rejected-error.ts';
import type { VolumeSettings } from './options.ts';

/**
 * Which of `count` slices are shown: the ones asked for, or all of them, or the middles of as many equal parts.
 * @throws RejectedError NO_SUCH_SLICE when none of the slices asked for exists
 */
export function chooseSlices(count: number, { slices, indexes }: VolumeSettings): readonly number[] {
  if (indexes !== undefined) {
    const existing = [...new Set(indexes)].filter((index) => index < count).sort((a, b) => a - b);
    if (existing.length > 0) return existing;
    throw new RejectedError(
      'NO_SUCH_SLICE',
      `None of the slices asked for exists: the file has ${count}, counted from 0. Ask for others.`,
      { count },
    );
  }
  const shown = Math.min(count, slices);
  return Array.from({ length: shown }, (_, part) => Math.floor(((part + 0.5) * count) / shown));
}
