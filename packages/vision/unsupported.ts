import { RejectedError } from './rejected-error.ts';

interface KnownFormat {
  readonly name: string;
  readonly advice: string;
  /** First bytes, as Latin-1 text. */
  readonly prefixes: readonly string[];
}

const AS_MP4 = 'Save the video as MP4 with H.264';
const AS_CSV = 'Export its table as CSV, or as Parquet';
const AS_MESH = 'Export the object as PLY, OBJ or STL';
const AS_PICTURE = 'Export it as PNG or JPEG';
const SVG = { name: 'SVG', advice: `SVG is a program that draws, not a picture. ${AS_PICTURE}` };
const WORKBOOK = { name: 'An office document', advice: AS_CSV };
const TRANSPORT_STREAM = { name: 'An MPEG transport stream', advice: AS_MP4 };
/** The name of the first file in a ZIP. */
const ZIP_NAME_AT = 30;
/** Parts of an Office Open XML or OpenDocument package (ECMA-376 part 2, ODF 1.3 part 2). */
const WORKBOOK_PART = /^(?:\[Content_Types\]|_rels\/|docProps\/|xl\/|mimetypeapplication\/vnd\.oasis)/;
const MARKUP = { name: 'A text file of markup', advice: 'Send the picture itself' };

/** Formats people do send, so that the refusal can name them. */
const KNOWN: readonly KnownFormat[] = [
  { name: 'PDF', advice: 'Export the page as PNG or JPEG', prefixes: ['%PDF-'] },
  { name: 'JPEG 2000', advice: AS_PICTURE, prefixes: ['\0\0\0\x0cjP  ', '\xff\x4f\xff\x51'] },
  { name: 'JPEG XL', advice: AS_PICTURE, prefixes: ['\0\0\0\x0cJXL ', '\xff\x0a'] },
  { name: 'Photoshop', advice: AS_PICTURE, prefixes: ['8BPS'] },
  { name: 'Windows icon', advice: AS_PICTURE, prefixes: ['\0\0\x01\0', '\0\0\x02\0'] },
  { name: 'Windows Media', advice: AS_MP4, prefixes: ['\x30\x26\xb2\x75\x8e\x66\xcf\x11'] },
  { name: 'Flash video', advice: AS_MP4, prefixes: ['FLV\x01'] },
  { name: 'Ogg', advice: AS_MP4, prefixes: ['OggS'] },
  { name: 'An MPEG stream', advice: AS_MP4, prefixes: ['\0\0\x01\xba', '\0\0\x01\xb3'] },
  { name: 'An office document', advice: AS_CSV, prefixes: ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'] },
  { name: 'HDF5', advice: AS_CSV, prefixes: ['\x89HDF\r\n\x1a\n'] },
  { name: 'MATLAB', advice: AS_CSV, prefixes: ['MATLAB 5.0 MAT-file'] },
  { name: 'TDMS', advice: AS_CSV, prefixes: ['TDSm'] },
  { name: 'Arrow', advice: AS_CSV, prefixes: ['ARROW1', 'FEA1'] },
  { name: 'SQLite', advice: AS_CSV, prefixes: ['SQLite format 3'] },
  { name: 'E57', advice: 'Export the points as LAS, LAZ or PLY', prefixes: ['ASTM-E57'] },
  { name: 'glTF', advice: AS_MESH, prefixes: ['glTF'] },
  { name: 'STEP', advice: AS_MESH, prefixes: ['ISO-10303-21;'] },
  { name: 'FBX', advice: AS_MESH, prefixes: ['Kaydara FBX Binary'] },
  { name: 'Compressed sound', advice: 'Save it as WAV', prefixes: ['fLaC', 'ID3'] },
  { name: 'ZIP', advice: 'Send the files in it one by one', prefixes: ['PK\x03\x04'] },
  { name: 'gzip', advice: 'Send the file uncompressed', prefixes: ['\x1f\x8b'] },
];

/** The refusal of content that no modality recognises. */
export function rejectUnsupported(head: Uint8Array): RejectedError {
  const known = nameFormat(Buffer.from(head).toString('latin1'));
  const what = known === undefined ? 'The content is of no known type' : `${known.name} is not accepted`;
  const advice =
    known?.advice ??
    'Send a picture (JPEG, PNG, WebP, AVIF, GIF, TIFF, BMP, HEIC), a point cloud, a time series, a video or a medical slice; the guide to modalities lists the formats';
  return new RejectedError('UNSUPPORTED_MEDIA_TYPE', `${what}. ${advice}.`, {
    head: Buffer.from(head.subarray(0, 16)).toString('hex'),
  });
}

function nameFormat(text: string): { readonly name: string; readonly advice: string } | undefined {
  // A byte order mark or white space may come before markup.
  if (/^(?:ï»¿)?\s*</.test(text)) return /<svg[\s/>]/i.test(text) ? SVG : MARKUP;
  if (text.startsWith('PK\x03\x04') && WORKBOOK_PART.test(text.slice(ZIP_NAME_AT))) return WORKBOOK;
  // Packets of a transport stream (ISO/IEC 13818-1) have 188 bytes, and begin alike.
  if ([0, 188, 376].every((at) => text[at] === 'G')) return TRANSPORT_STREAM;
  return KNOWN.find(({ prefixes }) => prefixes.some((prefix) => text.startsWith(prefix)));
}
