import { type Answer, answerXml } from '../answer.ts';
import { createInvalidArgument } from '../errors.ts';
import type { ObjectRecord } from '../records.ts';
import type { BucketCall, ObjectCall } from '../service.ts';
import type { Store } from '../store.ts';
import { encodeKeyForListing } from '../uri.ts';
import { getUpload } from './multipart.ts';

/** The most entries of one page of any listing. */
const MAX_ENTRIES = 1000;

type Query = ReadonlyMap<string, string>;

export interface ListQuery {
  readonly prefix: string;
  readonly delimiter: string;
  /** 0 to 1,000; keys and common prefixes together. */
  readonly maxKeys: number;
  /** Only keys at or above these bytes. */
  readonly from: Uint8Array;
}

export interface ListPage {
  readonly objects: readonly ObjectRecord[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page begins; undefined on the last. */
  readonly next: Uint8Array | undefined;
}

/** The smallest byte string above every one that begins with `bytes`; undefined for the empty one. */
function getEndOfPrefix(bytes: Uint8Array): Uint8Array | undefined {
  const last = bytes.at(-1);
  if (last === undefined) return undefined;
  // UTF-8 has no byte 0xff, so the last byte can always grow.
  return Buffer.concat([bytes.subarray(0, -1), Buffer.from([last + 1])]);
}

/** The smallest byte string above `key`. */
function getFirstAbove(key: string): Uint8Array {
  return Buffer.from(`${key}\0`);
}

/** What a key folds into: its part up to the first delimiter after the prefix. */
function findCommonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
}

/** One page in the order of UTF-8 bytes; keys that share the prefix up to a delimiter fold into one entry. */
export function listPage(store: Store, bucket: string, query: ListQuery): ListPage {
  const prefix = Buffer.from(query.prefix);
  const end = getEndOfPrefix(prefix);
  let from: Uint8Array = Buffer.compare(query.from, prefix) > 0 ? query.from : prefix;
  const objects: ObjectRecord[] = [];
  const commonPrefixes: string[] = [];
  while (objects.length + commonPrefixes.length < query.maxKeys) {
    const room = query.maxKeys - objects.length - commonPrefixes.length;
    let found = 0;
    let folded: string | undefined;
    for (const object of store.scanObjects(bucket, from, end, room)) {
      found += 1;
      folded = findCommonPrefix(object.key, query.prefix, query.delimiter);
      if (folded !== undefined) break;
      objects.push(object);
      from = getFirstAbove(object.key);
    }
    if (folded !== undefined) {
      commonPrefixes.push(folded);
      from = getEndOfPrefix(Buffer.from(folded)) ?? from;
    } else if (found < room) return { objects, commonPrefixes, next: undefined };
  }
  const [more] = query.maxKeys > 0 ? store.scanObjects(bucket, from, end, 1) : [];
  return { objects, commonPrefixes, next: more && from };
}

/** A whole number of a query; undefined when absent. Throws InvalidArgument. */
function readNumber(query: Query, name: string): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw createInvalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
}

function readCount(query: Query, name: string): number {
  return Math.min(readNumber(query, name) ?? MAX_ENTRIES, MAX_ENTRIES);
}

/** How keys are written in an answer. Throws InvalidArgument. */
function readEncoding(query: Query): (key: string) => string {
  const encoding = query.get('encoding-type') ?? '';
  if (encoding === '') return (key) => key;
  if (encoding === 'url') return encodeKeyForListing;
  throw createInvalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
}

function readToken(token: string): Uint8Array {
  const bytes = Buffer.from(token, 'base64');
  if (bytes[0] === 0x31 && bytes.toString('base64') === token) return bytes.subarray(1);
  throw createInvalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}

/** What both listings read from a request and write of a page. */
function readListing({ service, request, bucket }: BucketCall) {
  const { query } = request;
  const encode = readEncoding(query);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = readCount(query, 'max-keys');
  const owner = { ID: service.credentials.accessKeyId };

  return {
    encode,
    readPage: (from: Uint8Array) =>
      listPage(service.store, bucket.name, { prefix, delimiter, maxKeys, from }),
    describe: ({ objects, commonPrefixes, next }: ListPage, { withOwner }: { withOwner: boolean }) => ({
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: maxKeys,
      EncodingType: query.get('encoding-type'),
      IsTruncated: next !== undefined,
      Contents: objects.map((object) => ({
        Key: encode(object.key),
        LastModified: new Date(object.lastModified).toISOString(),
        ETag: `"${object.etag}"`,
        ChecksumAlgorithm: object.checksum.algorithm,
        ChecksumType: object.checksum.type,
        Size: object.size,
        StorageClass: 'STANDARD',
        Owner: withOwner ? owner : undefined,
      })),
      CommonPrefixes: commonPrefixes.map((common) => ({ Prefix: encode(common) })),
    }),
  };
}

export async function listObjectsV2(call: BucketCall): Promise<Answer> {
  const { query } = call.request;
  const { encode, readPage, describe } = readListing(call);
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const start = startAfter ? getFirstAbove(startAfter) : new Uint8Array();
  const page = readPage(token === undefined ? start : readToken(token));
  return answerXml('ListBucketResult', {
    ...describe(page, { withOwner: query.get('fetch-owner') === 'true' }),
    StartAfter: startAfter && encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: page.next && Buffer.concat([Buffer.from('1'), page.next]).toString('base64'),
    KeyCount: page.objects.length + page.commonPrefixes.length,
  });
}

/** ListObjects, the first version, which goes on from the last entry's name. */
export async function listObjects(call: BucketCall): Promise<Answer> {
  const { query } = call.request;
  const { encode, readPage, describe } = readListing(call);
  const marker = query.get('marker') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const folded = findCommonPrefix(marker, query.get('prefix') ?? '', delimiter);
  // A marker that is a common prefix stands for every key below it.
  const end = folded === marker ? getEndOfPrefix(Buffer.from(marker)) : undefined;
  const page = readPage(end ?? (marker === '' ? new Uint8Array() : getFirstAbove(marker)));
  // Without a delimiter the last key is the next marker.
  const last = delimiter === '' || !page.next ? undefined : findLastEntry(page);
  return answerXml('ListBucketResult', {
    ...describe(page, { withOwner: true }),
    Marker: encode(marker),
    NextMarker: last && encode(last),
  });
}

function findLastEntry({ objects, commonPrefixes }: ListPage): string | undefined {
  const [key, common] = [objects.at(-1)?.key, commonPrefixes.at(-1)];
  if (key === undefined || common === undefined) return key ?? common;
  return Buffer.compare(Buffer.from(key), Buffer.from(common)) > 0 ? key : common;
}

/** ListParts, in order of part number. */
export async function listParts(call: ObjectCall): Promise<Answer> {
  const { service, request, bucket, key } = call;
  const upload = getUpload(call);
  const maxParts = readCount(request.query, 'max-parts');
  const marker = readNumber(request.query, 'part-number-marker') ?? 0;
  const left = service.store.listParts(upload.id).filter(({ number }) => number > marker);
  const page = left.slice(0, maxParts);
  return answerXml('ListPartsResult', {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? marker,
    MaxParts: maxParts,
    IsTruncated: left.length > page.length,
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: upload.algorithm,
    ChecksumType: upload.checksumType,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.lastModified).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.size,
      [`Checksum${upload.algorithm}`]: part.checksum,
    })),
  });
}

/** ListMultipartUploads, by key and then in order of creation. */
export async function listMultipartUploads({ service, request, bucket }: BucketCall): Promise<Answer> {
  const { query } = request;
  const encode = readEncoding(query);
  const [prefix = '', delimiter = '', keyMarker = '', idMarker = ''] = [
    'prefix',
    'delimiter',
    'key-marker',
    'upload-id-marker',
  ].map((name) => query.get(name) ?? '');
  const maxUploads = readCount(query, 'max-uploads');
  const isAfterMarker = (key: string, id: string) => {
    const order = Buffer.compare(Buffer.from(key), Buffer.from(keyMarker));
    return order > 0 || (order === 0 && idMarker !== '' && id > idMarker);
  };
  const entries = new Map<string, { key: string; id: string; initiated?: number }>();
  for (const { key, id, initiated } of service.store.listUploads(bucket.name)) {
    if (!key.startsWith(prefix)) continue;
    const folded = findCommonPrefix(key, prefix, delimiter);
    const entry = folded === undefined ? { key, id, initiated } : { key: folded, id: '' };
    if (keyMarker === '' || isAfterMarker(entry.key, entry.id)) entries.set(entry.key + entry.id, entry);
  }
  const page = [...entries.values()].slice(0, maxUploads);
  const isTruncated = entries.size > page.length;
  const last = isTruncated ? page.at(-1) : undefined;
  return answerXml('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: last && encode(last.key),
    NextUploadIdMarker: last?.id,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxUploads: maxUploads,
    EncodingType: query.get('encoding-type'),
    IsTruncated: isTruncated,
    Upload: page.flatMap(({ key, id, initiated }) =>
      initiated === undefined
        ? []
        : [
            {
              Key: encode(key),
              UploadId: id,
              StorageClass: 'STANDARD',
              Initiated: new Date(initiated).toISOString(),
            },
          ],
    ),
    CommonPrefixes: page.flatMap(({ key, id }) => (id === '' ? [{ Prefix: encode(key) }] : [])),
  });
}
