import { RejectedError } from '../../rejected-error.ts';

/** How frames are stored. */
export type FrameEncoding = 'NATIVE' | 'RLE' | 'JPEG';

const ENCODINGS: ReadonlyMap<string, FrameEncoding> = new Map([
  ['1.2.840.10008.1.2', 'NATIVE'],
  ['1.2.840.10008.1.2.1', 'NATIVE'],
  ['1.2.840.10008.1.2.1.99', 'NATIVE'],
  ['1.2.840.10008.1.2.2', 'NATIVE'],
  ['1.2.840.10008.1.2.5', 'RLE'],
  ['1.2.840.10008.1.2.4.50', 'JPEG'],
  ['1.2.840.10008.1.2.4.51', 'JPEG'],
]);

/** Names of common encodings that are not read (PS3.6 annex A), by the end of their identifiers. */
const UNREAD: ReadonlyMap<string, string> = new Map([
  ['4.57', 'lossless JPEG'],
  ['4.70', 'lossless JPEG'],
  ['4.80', 'JPEG-LS'],
  ['4.81', 'JPEG-LS'],
  ['4.90', 'JPEG 2000'],
  ['4.91', 'JPEG 2000'],
  ['4.100', 'MPEG-2'],
  ['4.102', 'H.264'],
  ['4.103', 'H.264'],
  ['4.201', 'HTJ2K'],
  ['4.202', 'HTJ2K'],
  ['4.203', 'HTJ2K'],
]);
const ROOT = '1.2.840.10008.1.2.';

/** @throws RejectedError UNSUPPORTED_VARIANT */
export function findEncoding(transferSyntax: string): FrameEncoding {
  const encoding = ENCODINGS.get(transferSyntax);
  if (encoding !== undefined) return encoding;
  const name = transferSyntax.startsWith(ROOT) ? UNREAD.get(transferSyntax.slice(ROOT.length)) : undefined;
  throw new RejectedError(
    'UNSUPPORTED_VARIANT',
    `The frames of the DICOM file are stored ${name === undefined ? 'in a way that cannot be read' : `as ${name}, which cannot be read`}. Export it uncompressed, as RLE or as baseline JPEG.`,
    /^[\d.]{1,64}$/.test(transferSyntax) ? { transferSyntax } : {},
  );
}

export function isBigEndian(transferSyntax: string): boolean {
  return transferSyntax === '1.2.840.10008.1.2.2';
}
