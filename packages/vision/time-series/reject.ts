import type { Limits } from '../limits.ts';
import { RejectedError, type RejectionDetails } from '../rejected-error.ts';

/** The file is damaged or not what its header says. */
export function rejectCorrupt(what: string, cause?: unknown, details: RejectionDetails = {}): RejectedError {
  return new RejectedError(
    'CORRUPT_SERIES',
    `${what} Send the file again, or export it again from its source.`,
    details,
    cause === undefined ? {} : { cause },
  );
}

export function isWithinLimits(
  rows: number,
  channels: number,
  { maxChannels, maxRows, maxValues }: Limits,
): boolean {
  return channels <= maxChannels && rows <= maxRows && rows * channels <= maxValues;
}

/** Checked as soon as a header states the size, before anything of that size is allocated. */
export function assertWithinLimits(
  rows: number,
  channels: number,
  { maxChannels, maxRows, maxValues }: Limits,
): void {
  if (channels > maxChannels) {
    throw new RejectedError(
      'TOO_MANY_CHANNELS',
      `The file has ${channels} channels; at most ${maxChannels} are accepted. Send the ones that matter, or several files.`,
      { channels, maxChannels },
    );
  }
  if (rows > maxRows) {
    throw new RejectedError(
      'TOO_MANY_POINTS',
      `The file has ${rows} rows; at most ${maxRows} are accepted. Send a shorter part.`,
      { rows, maxRows },
    );
  }
  if (rows * channels > maxValues) {
    throw new RejectedError(
      'TOO_MANY_POINTS',
      `The file has ${rows} rows of ${channels} channels, ${rows * channels} values; at most ${maxValues} are accepted. Send a shorter part.`,
      { rows, channels, maxValues },
    );
  }
}

export function rejectNothing(what: string): RejectedError {
  return new RejectedError('NO_VALUES', `${what} Send a file with at least one column of numbers.`);
}
