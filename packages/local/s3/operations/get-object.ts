import type { Answer } from '../answer.ts';
import { writeAttributes } from '../attributes.ts';
import { createInvalidArgument, S3Error } from '../errors.ts';
import { matchesEtag, type ObjectRecord } from '../object-record.ts';
import type { ObjectCall } from '../service.ts';
import { writeChecksumHeaders } from '../write-object.ts';

const OVERRIDES: Readonly<Record<string, string>> = {
  'response-cache-control': 'Cache-Control',
  'response-content-disposition': 'Content-Disposition',
  'response-content-encoding': 'Content-Encoding',
  'response-content-language': 'Content-Language',
  'response-content-type': 'Content-Type',
  'response-expires': 'Expires',
};

/** Bytes `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range of a `Range` header over `size` bytes; undefined when the header is absent, malformed or lists
 * several, which S3 answers with the whole object. Throws InvalidRange when nothing of it exists.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)$/i.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start >= size) {
    throw new S3Error('InvalidRange', undefined, {
      RangeRequested: header ?? '',
      ActualObjectSize: String(size),
    });
  }
  return { start, end };
}

/** RFC 9110, 13.2.2: ETag conditions stand before date conditions. Throws PreconditionFailed or NotModified. */
export function checkReadConditions(
  headers: ReadonlyMap<string, string>,
  object: ObjectRecord,
  prefix = '',
): void {
  const ifMatch = headers.get(`${prefix}if-match`);
  const ifNoneMatch = headers.get(`${prefix}if-none-match`);
  const seconds = Math.floor(object.lastModified / 1000) * 1000;
  const unmodifiedSince = Date.parse(headers.get(`${prefix}if-unmodified-since`) ?? '');
  const modifiedSince = Date.parse(headers.get(`${prefix}if-modified-since`) ?? '');
  const fail = (condition: string) =>
    new S3Error('PreconditionFailed', undefined, { Condition: `${prefix}${condition}` });
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, object.etag)) throw fail('If-Match');
  } else if (seconds > unmodifiedSince) throw fail('If-Unmodified-Since');
  const isNotNew =
    ifNoneMatch === undefined ? seconds <= modifiedSince : matchesEtag(ifNoneMatch, object.etag);
  if (!isNotNew) return;
  if (prefix !== '') throw fail(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  throw new S3Error('NotModified', undefined, {
    ETag: `"${object.etag}"`,
    'Last-Modified': new Date(object.lastModified).toUTCString(),
  });
}

function readOverrides(query: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(OVERRIDES).flatMap(([parameter, header]) => {
      const value = query.get(parameter);
      if (value === undefined) return [];
      if (!/^[\x20-\x7e]*$/.test(value)) {
        throw createInvalidArgument('Header value cannot be represented using ISO-8859-1.', parameter, value);
      }
      return [[header, value] as const];
    }),
  );
}

/** GetObject and HeadObject: one range, conditions, `response-*` overrides, checksums when asked for. */
export async function getObject({ service, request, bucket, key }: ObjectCall): Promise<Answer> {
  const object = service.store.getObject(bucket.name, key);
  if (!object) throw new S3Error('NoSuchKey', undefined, { Key: key });
  checkReadConditions(request.headers, object);
  const range = readRange(request.headers.get('range'), object.size);
  const { start, end } = range ?? { start: 0, end: object.size };
  const wantsChecksum = request.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const headers = {
    ...writeAttributes(object),
    ...readOverrides(request.query),
    ...(wantsChecksum && !range && writeChecksumHeaders(object)),
    ...(range && { 'Content-Range': `bytes ${start}-${end - 1}/${object.size}` }),
    'Content-Length': String(end - start),
  };
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return { status, headers };
  return {
    status,
    headers,
    body: service.blobs.read(object.segments, start, end),
    release: service.blobs.hold(object.segments),
  };
}
