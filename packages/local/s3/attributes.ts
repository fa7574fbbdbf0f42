import { createNotImplemented, S3Error } from './errors.ts';
import type { ObjectAttributes, ObjectRecord } from './records.ts';
import { parseTagging, parseTagHeader } from './tags.ts';

const STANDARD_HEADERS = [
  'Cache-Control',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Expires',
] as const;
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
const METADATA_PREFIX = 'x-amz-meta-';
const MAX_METADATA_BYTES = 2048;
const OWNER_ACLS = ['', 'private', 'bucket-owner-full-control'];
const UNSUPPORTED = [
  /^x-amz-(copy-source-)?server-side-encryption/,
  /^x-amz-(object-lock|grant)-/,
  /^x-amz-(website-redirect-location|write-offset-bytes|mfa)$/,
  /^x-amz-(source-)?expected-bucket-owner$/,
  /^x-amz-if-match-(last-modified-time|size)$/,
];

/** Throws NotImplemented for what S3 would act on and this server does not, never dropping it silently. */
export function checkSupported(headers: ReadonlyMap<string, string>): void {
  for (const [name, value] of headers) {
    if (UNSUPPORTED.some((pattern) => pattern.test(name))) throw createNotImplemented(name);
    if (name === 'x-amz-storage-class' && value !== 'STANDARD') {
      throw createNotImplemented(`${name}: ${value}`);
    }
    if (/^(x-amz-)?acl$/.test(name) && !OWNER_ACLS.includes(value)) {
      throw new S3Error('AccessControlListNotSupported');
    }
  }
}

/**
 * What a request (or the lower-case fields of a form) says of the object.
 * Throws MetadataTooLarge above 2 KB of user metadata, NotImplemented, and what wrong tags throw.
 */
export function readAttributes(headers: ReadonlyMap<string, string>): ObjectAttributes {
  checkSupported(headers);
  const metadata = [...headers].flatMap(([name, value]) =>
    name.startsWith(METADATA_PREFIX) ? [[name.slice(METADATA_PREFIX.length), value] as const] : [],
  );
  const size = Buffer.byteLength(metadata.flat().join(''));
  if (size > MAX_METADATA_BYTES) {
    const details = { Size: String(size), MaxSizeAllowed: String(MAX_METADATA_BYTES) };
    throw new S3Error('MetadataTooLarge', undefined, details);
  }
  const kept = STANDARD_HEADERS.map((name) => name.toLowerCase()).flatMap((name) => {
    const value = name === 'content-encoding' ? dropAwsChunked(headers.get(name)) : headers.get(name);
    return value ? [[name, value] as const] : [];
  });
  return {
    contentType: headers.get('content-type') || DEFAULT_CONTENT_TYPE,
    headers: Object.fromEntries(kept),
    metadata: Object.fromEntries(metadata),
    tags: readTags(headers),
  };
}

export function readTags(headers: ReadonlyMap<string, string>): ObjectAttributes['tags'] {
  const form = headers.get('tagging');
  return form ? parseTagging(form) : parseTagHeader(headers.get('x-amz-tagging') ?? '');
}

/** `aws-chunked` is how the body travelled, not what the object is. */
function dropAwsChunked(value = ''): string {
  const codings = value.split(',').map((coding) => coding.trim());
  return codings.filter((coding) => coding !== 'aws-chunked').join(',');
}

/** Text as a header may carry it: ASCII as is, anything else as an RFC 2047 encoded word, as S3 does. */
export function encodeHeaderText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters decide the encoding
  if (/[\u0000-\u001f\u007f]/.test(text)) return `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
  const words = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    if (character === ' ') return '_';
    if (/[!-~]/.test(character) && !'=?_'.includes(character)) return character;
    return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `=?UTF-8?Q?${words.join('')}?=`;
}

/** Headers of an answer that describes the object. */
export function writeAttributes({ attributes, etag, lastModified }: ObjectRecord): Record<string, string> {
  const { contentType, headers, metadata, tags } = attributes;
  const texts = [
    ['Content-Type', contentType] as const,
    ...STANDARD_HEADERS.map((name) => [name, headers[name.toLowerCase()]] as const),
    ...Object.entries(metadata).map(([name, value]) => [METADATA_PREFIX + name, value] as const),
  ];
  const tagCount = Object.keys(tags).length;
  return {
    ...Object.fromEntries(
      texts.flatMap(([name, text]) => (text === undefined ? [] : [[name, encodeHeaderText(text)]])),
    ),
    ETag: `"${etag}"`,
    'Last-Modified': new Date(lastModified).toUTCString(),
    'Accept-Ranges': 'bytes',
    ...(tagCount > 0 && { 'x-amz-tagging-count': String(tagCount) }),
  };
}
