import type { RejectionCode } from './rejections.ts';

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
