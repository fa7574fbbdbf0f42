import { inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet } from 'dicom-parser';
import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';

/** A parsed header and where the pixels are. */
export interface DicomFile {
  readonly header: DataSet;
  readonly transferSyntax: string;
  /** The file; unpacked when it is deflated. */
  readonly bytes: Uint8Array;
  readonly pixels: PixelElement;
}

/** The element Pixel Data (7FE0,0010). */
export interface PixelElement {
  /** Offset of its value in the file. */
  readonly at: number;
  /** Bytes of its value as stated; `undefined` when the frames are wrapped in items (PS3.5 section A.4). */
  readonly length: number | undefined;
  readonly vr: string | undefined;
}

const PIXEL_DATA = 'x7fe00010';
/**
 * The parser makes an object of every element, and a file of nothing but empty elements has one every 8 bytes: this
 * much header is 250,000 of them, or some thousand frames with attributes of their own.
 */
const MOST_HEADER_BYTES = 2 * 1024 * 1024;
const UNDEFINED_LENGTH = 0xffffffff;

/**
 * Reads everything before the pixels (DICOM PS3.10 section 7). No value of the header is kept in an error.
 * @throws RejectedError CORRUPT_VOLUME, UNSUPPORTED_VARIANT, TOO_MANY_BYTES
 */
export function readDicomFile(bytes: Uint8Array, { maxBytes }: Limits): DicomFile {
  let whole = bytes;
  const inflater = (_: Uint8Array, at: number) => {
    whole = inflate(bytes, at, maxBytes);
    return whole.subarray(0, MOST_HEADER_BYTES);
  };
  const header = parseHeader(bytes.subarray(0, MOST_HEADER_BYTES), inflater);
  const element = header?.elements[PIXEL_DATA];
  if (header === undefined || element === undefined) {
    if (whole.length > MOST_HEADER_BYTES) {
      throw new RejectedError(
        'UNSUPPORTED_VARIANT',
        'The DICOM file has no pixels in its first 2 MiB. Export the picture without the data before it.',
      );
    }
    if (header !== undefined) {
      throw new RejectedError(
        'UNSUPPORTED_VARIANT',
        'The DICOM file has no pixels that can be shown: it may be a report, a plan or a directory. Send a picture.',
      );
    }
    throw rejectDicom('is damaged or ends within its header');
  }
  const length = element.length === UNDEFINED_LENGTH ? undefined : element.length;
  return {
    header,
    transferSyntax: (header.string('x00020010') ?? '').trim(),
    bytes: whole,
    pixels: { at: element.dataOffset, length, vr: element.vr },
  };
}

export function rejectDicom(what: string, details: Record<string, string | number> = {}): RejectedError {
  return new RejectedError(
    'CORRUPT_VOLUME',
    `The DICOM file ${what}. Send it again, or export it again from its source.`,
    details,
  );
}

/** `undefined` when the parser gives up; it throws strings, objects and, on nested sequences, stack overflows. */
function parseHeader(
  head: Uint8Array,
  inflater: (bytes: Uint8Array, at: number) => Uint8Array,
): DataSet | undefined {
  try {
    return dicomParser.parseDicom(head, { untilTag: PIXEL_DATA, inflater });
  } catch (cause) {
    if (cause instanceof RejectedError) throw cause;
    return undefined;
  }
}

/** The file with its deflated part (all behind the meta header, PS3.5 section A.5) unpacked. */
function inflate(bytes: Uint8Array, at: number, maxBytes: number): Uint8Array {
  let unpacked: Uint8Array;
  try {
    unpacked = inflateRawSync(bytes.subarray(at), { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new RejectedError(
        'TOO_MANY_BYTES',
        `The DICOM file unpacks to more than ${maxBytes} bytes. Send fewer frames.`,
        { maxBytes },
        { cause },
      );
    }
    throw rejectDicom('is damaged within its deflated part');
  }
  return Buffer.concat([bytes.subarray(0, at), unpacked]);
}
