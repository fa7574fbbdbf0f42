import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';

/**
 * A libvips pipeline over one page of an encoded image, counted from 0: every decoder warning an error
 * (with `error` a JPEG with flipped bits passes), pixel limit checked when the header is read.
 */
export function openImage(bytes: Uint8Array, { maxPixels, maxSeconds }: Limits, page = 0): Sharp {
  return sharp(bytes, { failOn: 'warning', limitInputPixels: maxPixels, page, pages: 1 }).timeout({
    seconds: maxSeconds,
  });
}

/** What the header of one page says, whatever its size: nothing is decoded, and who asks compares the size with the limits. */
export function readMetadata(bytes: Uint8Array, page = 0): Promise<Metadata> {
  return readOrReject(() =>
    sharp(bytes, { failOn: 'warning', limitInputPixels: false, page, pages: 1 }).metadata(),
  );
}

/**
 * What libvips says of sound files it cannot read. Its plain "unsupported image format" is not among them:
 * the signature was recognised before, so the rest of such a file is damaged.
 */
const UNREADABLE =
  /exceeds channel limit|has not been built in|compression scheme|unsupported jpeg (?:data precision|process)|unsupported tiff/i;

/** Runs libvips and turns whatever it throws about the file into a rejection. */
export async function readOrReject<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw toRejection(cause);
  }
}

function toRejection(cause: unknown): RejectedError {
  const decoder = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ').trim();
  const details = { decoder: decoder.slice(0, 300) };
  if (/exceeds pixel limit/i.test(decoder)) {
    return new RejectedError(
      'TOO_MANY_PIXELS',
      'The image has more pixels than are accepted. Send a smaller copy.',
      details,
      { cause },
    );
  }
  if (/timeout/i.test(decoder)) {
    return new RejectedError(
      'TOO_SLOW',
      'The image takes too long to decode. Send it smaller, or saved as a plain JPEG or PNG.',
      details,
      { cause },
    );
  }
  if (UNREADABLE.test(decoder)) {
    return new RejectedError(
      'UNSUPPORTED_VARIANT',
      'The image uses a rare variant of its format that cannot be read. Save it as a plain JPEG or PNG.',
      details,
      { cause },
    );
  }
  return new RejectedError(
    'CORRUPT_IMAGE',
    'The image is damaged or incomplete. Send it again, or export it again from its source.',
    details,
    { cause },
  );
}
