import { createNotImplemented, S3Error } from './errors.ts';
import type { ObjectAttributes, ObjectRecord } from './object-record.ts';

const STANDARD_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;
const HEADER_CASE: Readonly<Record<string, string>> = {
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'content-encoding': 'Content-Encoding',
  'content-language': 'Content-Language',
  expires: 'Expires',
};
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
const METADATA_PREFIX = 'x-amz-meta-';
const MAX_METADATA_BYTES = 2048;
const OWNER_ACLS = ['', 'private', 'bucket-owner-full-control'];
const UNSUPPORTED = [
  /^x-amz-server-side-encryption/,
  /^x-amz-object-lock-/,
  /^x-amz-grant-/,
  /^x-amz-tagging/,
  /^tagging$/,
  /^x-amz-website-redirect-location$/,
  /^x-amz-write-offset-bytes$/,
  /^x-amz-(source-)?expected-bucket-owner$/,
  /^x-amz-copy-source-server-side-encryption/,
  /^x-amz-mfa$/,
  /^x-amz-if-match-(last-modified-time|size)$/,
];

/** Throws NotImplemented for what S3 would act on and this server does not, never dropping it silently. */
export function checkSupported(headers: ReadonlyMap<string, string>): void {
  for (const [name, value] of headers) {
    if (UNSUPPORTED.some((pattern) => pattern.test(name))) throw createNotImplemented(name);
    if (name === 'x-amz-storage-class' && value !== 'STANDARD')
      throw createNotImplemented(`${name}: ${value}`);
    if ((name === 'x-amz-acl' || name === 'acl') && !OWNER_ACLS.includes(value)) {
      throw new S3Error('AccessControlListNotSupported');
    }
  }
}

/**
 * What a request (or the lower-case fields of a form) says of the object.
 * Throws MetadataTooLarge above 2 KB of user metadata, and NotImplemented.
 */
export function readAttributes(headers: ReadonlyMap<string, string>): ObjectAttributes {
  checkSupported(headers);
  const metadata = Object.fromEntries(
    [...headers]
      .filter(([name]) => name.startsWith(METADATA_PREFIX))
      .map(([name, value]) => [name.slice(METADATA_PREFIX.length), value]),
  );
  const size = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (size > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', undefined, {
      Size: String(size),
      MaxSizeAllowed: String(MAX_METADATA_BYTES),
    });
  }
  const kept = STANDARD_HEADERS.flatMap((name) => {
    const value = name === 'content-encoding' ? dropAwsChunked(headers.get(name)) : headers.get(name);
    return value ? [[name, value] as const] : [];
  });
  return {
    contentType: headers.get('content-type') || DEFAULT_CONTENT_TYPE,
    headers: Object.fromEntries(kept),
    metadata,
  };
}

/** `aws-chunked` is how the body travelled, not what the object is. */
function dropAwsChunked(value: string | undefined): string | undefined {
  return value
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'aws-chunked')
    .join(',');
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
export function writeAttributes(object: ObjectRecord): Record<string, string> {
  const { contentType, headers, metadata } = object.attributes;
  const named = Object.entries(headers).map(([name, value]) => [HEADER_CASE[name] ?? name, value] as const);
  const user = Object.entries(metadata).map(([name, value]) => [METADATA_PREFIX + name, value] as const);
  return {
    'Content-Type': encodeHeaderText(contentType),
    ...Object.fromEntries([...named, ...user].map(([name, value]) => [name, encodeHeaderText(value)])),
    ETag: `"${object.etag}"`,
    'Last-Modified': new Date(object.lastModified).toUTCString(),
    'Accept-Ranges': 'bytes',
  };
}
