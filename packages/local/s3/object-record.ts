import type { Segment } from './blobs.ts';
import type { Checksum } from './checksums.ts';
import { S3Error } from './errors.ts';

/** What the client says of an object and gets back unchanged. */
export interface ObjectAttributes {
  readonly contentType: string;
  /** `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `expires`. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, names without `x-amz-meta-`, lower case. */
  readonly metadata: Readonly<Record<string, string>>;
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
}

/** Conditions of a write: `If-None-Match: *` and `If-Match: <etag>`. */
export interface WritePrecondition {
  readonly mustBeAbsent?: boolean;
  readonly ifMatch?: string;
}

/** True when an ETag, without quotes, is in an `If-Match` or `If-None-Match` list. */
export function matchesEtag(list: string, etag: string): boolean {
  return list
    .split(',')
    .map((item) => item.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((item) => item === '*' || item === etag);
}

/** Throws PreconditionFailed, or NoSuchKey when `If-Match` names a missing object. */
export function checkWritePrecondition(
  precondition: WritePrecondition,
  current: Pick<ObjectRecord, 'etag'> | undefined,
): void {
  if (precondition.mustBeAbsent && current) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
  }
  if (precondition.ifMatch === undefined) return;
  if (!current) throw new S3Error('NoSuchKey');
  if (!matchesEtag(precondition.ifMatch, current.etag)) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
  }
}
