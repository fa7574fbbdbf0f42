/** Explicit and implicit little endian (DICOM PS3.5 annex A.1 and A.2). */
const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';

const PREAMBLE_BYTES = 128;
/** (0002,0000) UL of 4 bytes: the first element of the file meta information. */
const META = Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0]);
const IDENTIFYING_GROUP = 0x0008;
const ELEMENT_HEADER_BYTES = 8;
/** Elements at the beginning of a data set are short. */
const LONGEST_ELEMENT_BYTES = 256;
/** So many of them in order are no accident. */
const ELEMENTS = 3;
const SHORT_VR = /^(?:AE|AS|AT|CS|DA|DS|DT|FL|FD|IS|LO|LT|PN|SH|SL|SS|ST|TM|UI|UL|US)$/;

/** What a file lacks of a DICOM file (PS3.10 section 7): its preamble, or its meta information too, whose syntax is then told. */
export type MissingStart = 'PREAMBLE' | typeof EXPLICIT | typeof IMPLICIT;

/** `undefined` for complete files and for what is no DICOM data set. */
export function findMissingStart(head: Uint8Array): MissingStart | undefined {
  if (META.equals(head.subarray(0, META.length))) return 'PREAMBLE';
  if (holdsElements(head, true)) return EXPLICIT;
  return holdsElements(head, false) ? IMPLICIT : undefined;
}

/** The file with the start it lacks, as programs of before 1993 and some archives write it; complete files as they are. */
export function completeFile(bytes: Uint8Array): Uint8Array {
  const missing = findMissingStart(bytes);
  if (missing === undefined) return bytes;
  const start = Buffer.alloc(PREAMBLE_BYTES + 4);
  start.write('DICM', PREAMBLE_BYTES);
  return Buffer.concat([start, missing === 'PREAMBLE' ? Buffer.alloc(0) : writeMeta(missing), bytes]);
}

/** The transfer syntax (0002,0010) alone, its value padded to an even length. */
function writeMeta(syntax: string): Buffer {
  const value = Buffer.from(syntax.length % 2 === 0 ? syntax : `${syntax}\0`);
  return Buffer.concat([Buffer.from([2, 0, 0x10, 0, 0x55, 0x49, value.length, 0]), value]);
}

/** Whether a file begins with short elements of the first group of data, in the order of their numbers. */
function holdsElements(head: Uint8Array, isExplicit: boolean): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let at = 0;
  let last = -1;
  for (let i = 0; i < ELEMENTS; i++) {
    if (at + ELEMENT_HEADER_BYTES > head.length) return false;
    const element = view.getUint16(at + 2, true);
    const representation = Buffer.from(head.subarray(at + 4, at + 6)).toString('latin1');
    const length = isExplicit ? view.getUint16(at + 6, true) : view.getUint32(at + 4, true);
    const isElement = view.getUint16(at, true) === IDENTIFYING_GROUP && element > last;
    if (!isElement || SHORT_VR.test(representation) !== isExplicit) return false;
    if (length > LONGEST_ELEMENT_BYTES || length % 2 !== 0) return false;
    last = element;
    at += ELEMENT_HEADER_BYTES + length;
  }
  return true;
}
