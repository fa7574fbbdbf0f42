import type { Limits } from '../limits.ts';
import { RejectedError, type RejectionDetails } from '../rejected-error.ts';

/** The refusal of a file that is damaged or not what its header says. `fault`: a clause, e.g. `the header ends early`. */
export function rejectCloud(format: string, fault: string, details: RejectionDetails = {}): RejectedError {
  return new RejectedError(
    'CORRUPT_CLOUD',
    `The ${format} file is damaged: ${fault}. Export it again, or send it again if it was cut off.`,
    details,
  );
}

/** The refusal of a correct file in a form that is not read. */
export function rejectVariant(format: string, what: string, details: RejectionDetails = {}): RejectedError {
  return new RejectedError(
    'UNSUPPORTED_VARIANT',
    `${what} in a ${format} file can't be read. Export it as binary PLY with float x, y and z.`,
    details,
  );
}

/** @throws RejectedError TOO_MANY_POINTS */
export function assertPointCount(count: number, { maxPoints }: Pick<Limits, 'maxPoints'>): void {
  if (count <= maxPoints) return;
  throw new RejectedError(
    'TOO_MANY_POINTS',
    `The file has ${count} points; at most ${maxPoints} are accepted. Thin it out and send it again.`,
    { points: count, maxPoints },
  );
}
