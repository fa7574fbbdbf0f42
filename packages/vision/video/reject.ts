import { RejectedError, type RejectionDetails } from '../rejected-error.ts';

/** The refusal of a file that is damaged or not what its header says. `fault`: a clause, e.g. `it ends early`. */
export function rejectVideo(fault: string, details: RejectionDetails = {}): RejectedError {
  return new RejectedError(
    'CORRUPT_VIDEO',
    `The video is damaged: ${fault}. Send it again, or export it anew as MP4 with H.264.`,
    details,
  );
}

/** The refusal of a file in which nothing can be seen. */
export function rejectEmpty(what: string): RejectedError {
  return new RejectedError('EMPTY_VIDEO', `${what}. Send a file with a video track.`);
}
