/** What a refusal means, and what the sender can do. */
export interface Rejection {
  /** A clause: `the file has no bytes`. */
  readonly meaning: string;
  /** A sentence. */
  readonly remedy: string;
  /** The same file may succeed at another time. */
  readonly retryable: boolean;
}

const AGAIN = 'Send it again if it was cut off, or export it again from its source.';
const SMALLER = 'Send a smaller file, or a plainer form of it.';

function refuse(meaning: string, remedy: string): Rejection {
  return { meaning, remedy, retryable: false };
}

/**
 * Every reason for which a file is refused. The codes are stable: callers store and show them. The error's own message
 * says the same of the file at hand, with its figures. `docs/guides/api.md` holds this as a table.
 */
export const REJECTIONS = {
  EMPTY_FILE: refuse('the file has no bytes', 'Send it again.'),
  TOO_MANY_BYTES: refuse('the file is larger than is accepted', 'Send a smaller or more compressed file.'),
  UNSUPPORTED_MEDIA_TYPE: refuse('the content is of no type that is read', 'Save it in one that is.'),
  TYPE_MISMATCH: refuse(
    'the content is another type than was declared; `application/octet-stream` declares nothing',
    'Declare what it is.',
  ),
  UNSUPPORTED_VARIANT: refuse(
    'a known type in a form that is not read: camera raw, rare codecs, packed or nested data',
    'Save it in the plain form that the message names.',
  ),
  TOO_MANY_PIXELS: refuse('a picture with more pixels than are accepted', 'Send a smaller copy.'),
  SIDE_TOO_LONG: refuse('a picture with a side longer than is accepted', 'Cut it into shorter pieces.'),
  CORRUPT_IMAGE: refuse('a picture that is damaged, cut off, or not what its header says', AGAIN),
  TOO_SLOW: refuse('one step of the decoding was not done in its time', SMALLER),
  CORRUPT_VOLUME: refuse('a volume that is damaged, cut off, or not what its header says', AGAIN),
  EMPTY_VOLUME: refuse('a volume without a single value that can be shown', 'Send one that has values.'),
  TOO_MANY_VOXELS: refuse('a volume with more voxels than are accepted', 'Send fewer slices.'),
  NO_SUCH_SLICE: refuse(
    'none of the slices that were asked for exists',
    'Ask for slices that the volume has.',
  ),
  CORRUPT_CLOUD: refuse('points or faces that are damaged, cut off, or not what their header says', AGAIN),
  EMPTY_CLOUD: refuse('a cloud without a single point that was measured', 'Send one that has points.'),
  TOO_MANY_POINTS: refuse(
    'more points, or values of a series, than are accepted',
    'Thin it out, or send a part.',
  ),
  CORRUPT_SERIES: refuse('a series that is damaged, cut off, or not what its header says', AGAIN),
  NO_VALUES: refuse('a series without a single number', 'Send at least one column of numbers.'),
  TOO_MANY_CHANNELS: refuse(
    'a series with more channels than are accepted',
    'Send the ones that matter, or several files.',
  ),
  TOO_LARGE_UNPACKED: refuse('packed data that unpack to more bytes than are accepted', 'Send a part.'),
  CORRUPT_VIDEO: refuse(
    'a video that is damaged, cut off before its index, or not what its header says',
    AGAIN,
  ),
  EMPTY_VIDEO: refuse('a file of video without a video track', 'Send one that has pictures.'),
  VIDEO_TOO_LONG: refuse('a video that lasts longer than is accepted', 'Cut it into shorter ones.'),
  TOO_MANY_FRAMES: refuse('a video with more frames than are accepted', 'Cut it into shorter ones.'),
  VIDEO_DECODER_MISSING: refuse(
    'this installation has no decoder for video files',
    'Send an animated GIF or WebP, or single pictures; whoever runs the service adds it by `npm install node-av`.',
  ),
  CONVERSION_TIMEOUT: {
    meaning: 'the conversion was not done in the time it had, and was ended',
    remedy: SMALLER,
    retryable: true,
  },
  CONVERSION_OUT_OF_MEMORY: refuse('the conversion took more memory than it may, and was ended', SMALLER),
  CONVERSION_CRASHED: refuse(
    'the decoder broke down on the file',
    'Export it again from its source, or in another format.',
  ),
} as const satisfies Readonly<Record<string, Rejection>>;

/** Why a file was refused. */
export type RejectionCode = keyof typeof REJECTIONS;
