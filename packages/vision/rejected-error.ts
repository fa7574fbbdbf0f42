/** Why a file was refused. Stable: callers store and show these. */
export const REJECTION_CODES = [
  'EMPTY_FILE',
  'TOO_MANY_BYTES',
  'UNSUPPORTED_MEDIA_TYPE',
  'TYPE_MISMATCH',
  'UNSUPPORTED_VARIANT',
  'TOO_MANY_PIXELS',
  'SIDE_TOO_LONG',
  'CORRUPT_IMAGE',
  'TOO_SLOW',
  'CORRUPT_VOLUME',
  'EMPTY_VOLUME',
  'TOO_MANY_VOXELS',
  'NO_SUCH_SLICE',
  'CORRUPT_CLOUD',
  'EMPTY_CLOUD',
  'TOO_MANY_POINTS',
  'CORRUPT_SERIES',
  'NO_VALUES',
  'TOO_MANY_CHANNELS',
  'TOO_LARGE_UNPACKED',
  'CONVERSION_TIMEOUT',
  'CONVERSION_OUT_OF_MEMORY',
  'CONVERSION_CRASHED',
] as const;

export type RejectionCode = (typeof REJECTION_CODES)[number];

/** Facts behind a rejection: the measured value, the limit, the decoder's words. */
export type RejectionDetails = Readonly<Record<string, string | number>>;

/**
 * The file itself is at fault and trying again will not help.
 * `message` is a sentence for the sender: what is wrong and what to do.
 */
export class RejectedError extends Error {
  override readonly name = 'RejectedError';
  readonly code: RejectionCode;
  readonly details: RejectionDetails;

  constructor(
    code: RejectionCode,
    message: string,
    details: RejectionDetails = {},
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}
