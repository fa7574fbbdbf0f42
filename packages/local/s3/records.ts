import type { Segment } from './blobs.ts';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import { createNotImplemented, S3Error } from './errors.ts';

/** What the client says of an object and gets back unchanged. */
export interface ObjectAttributes {
  readonly contentType: string;
  /** `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `expires`. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, names without `x-amz-meta-`, lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ObjectRecord {
  readonly bucket: string;
  readonly key: string;
  readonly segments: readonly Segment[];
  /** Bytes. */
  readonly size: number;
  /** Without quotes: hex MD5, or `<hex>-<parts>` for a multipart upload. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
  readonly attributes: ObjectAttributes;
  readonly checksum: Checksum;
  /** Number of parts of a multipart upload, 0 for a plain one. */
  readonly parts: number;
  /** The multipart upload it was completed from. */
  readonly uploadId?: string;
}

export interface UploadRecord {
  /** Ids sort by the time of their creation. */
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly initiated: number;
  readonly attributes: ObjectAttributes;
  readonly algorithm: ChecksumAlgorithm;
  readonly checksumType: ChecksumType;
  /** True when the client named the algorithm; parts must then carry it where it is COMPOSITE. */
  readonly isExplicit: boolean;
}

export interface PartRecord extends Segment {
  /** 1 to 10,000. */
  readonly number: number;
  /** Hex MD5. */
  readonly etag: string;
  /** Base64 of the upload's algorithm. */
  readonly checksum: string;
  readonly lastModified: number;
}

/** Conditions of a write: `If-None-Match: *` and `If-Match: <etag>`. */
export interface WritePrecondition {
  readonly mustBeAbsent?: boolean;
  readonly ifMatch?: string | undefined;
}

/** Throws NotImplemented for an ETag in If-None-Match. */
export function readWritePrecondition(headers: ReadonlyMap<string, string>): WritePrecondition {
  const ifNoneMatch = headers.get('if-none-match') ?? '';
  if (!['', '*'].includes(ifNoneMatch)) throw createNotImplemented('If-None-Match with anything but *');
  return { mustBeAbsent: ifNoneMatch === '*', ifMatch: headers.get('if-match') };
}

function createFailure(condition: string): S3Error {
  return new S3Error('PreconditionFailed', undefined, { Condition: condition });
}

/** Throws PreconditionFailed, or NoSuchKey when `If-Match` names a missing object. */
export function checkWritePrecondition(
  { mustBeAbsent, ifMatch }: WritePrecondition,
  current: Pick<ObjectRecord, 'etag'> | undefined,
): void {
  if (mustBeAbsent && current) throw createFailure('If-None-Match');
  if (ifMatch === undefined) return;
  if (!current) throw new S3Error('NoSuchKey');
  if (!matchesEtag(ifMatch, current.etag)) throw createFailure('If-Match');
}

/**
 * Conditions of a read, or of a copy's source with the `prefix` of their headers. RFC 9110, 13.2.2: ETags stand before
 * dates. Throws PreconditionFailed, or NotModified where nothing is written.
 */
export function checkReadConditions(
  headers: ReadonlyMap<string, string>,
  { etag, lastModified }: Pick<ObjectRecord, 'etag' | 'lastModified'>,
  prefix = '',
): void {
  const read = (name: string) => headers.get(`${prefix}${name.toLowerCase()}`);
  const readDate = (name: string) => Date.parse(read(name) ?? '');
  const modified = Math.floor(lastModified / 1000) * 1000;
  const ifMatch = read('If-Match');
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, etag)) throw createFailure('If-Match');
  } else if (modified > readDate('If-Unmodified-Since')) throw createFailure('If-Unmodified-Since');
  const ifNoneMatch = read('If-None-Match');
  const isKnown =
    ifNoneMatch === undefined ? modified <= readDate('If-Modified-Since') : matchesEtag(ifNoneMatch, etag);
  if (!isKnown) return;
  if (prefix !== '') throw createFailure(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  throw new S3Error('NotModified', undefined, {
    ETag: `"${etag}"`,
    'Last-Modified': new Date(lastModified).toUTCString(),
  });
}

/** True when an ETag, without quotes, is in an `If-Match` or `If-None-Match` list. */
function matchesEtag(list: string, etag: string): boolean {
  const items = list.split(',').map((item) => item.trim().replace(/^W\//, '').replaceAll('"', ''));
  return items.some((item) => item === '*' || item === etag);
}
