import { type Answer, answerXml } from '../answer.ts';
import { createInvalidArgument } from '../errors.ts';
import type { ObjectRecord } from '../object-record.ts';
import type { BucketCall } from '../service.ts';
import type { Store } from '../store.ts';
import { encodeKeyForListing } from '../uri.ts';
import { writeXml } from '../xml.ts';

const MAX_KEYS = 1000;

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
function getFirstAbove(key: Uint8Array): Uint8Array {
  return Buffer.concat([key, Buffer.from([0])]);
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
      const cut = query.delimiter === '' ? -1 : object.key.indexOf(query.delimiter, query.prefix.length);
      if (cut >= 0) {
        folded = object.key.slice(0, cut + query.delimiter.length);
        break;
      }
      objects.push(object);
      from = getFirstAbove(Buffer.from(object.key));
    }
    if (folded !== undefined) {
      commonPrefixes.push(folded);
      from = getEndOfPrefix(Buffer.from(folded)) ?? from;
    } else if (found < room) return { objects, commonPrefixes, next: undefined };
  }
  const isMore = query.maxKeys > 0 && store.findFirst(bucket, from, end) !== undefined;
  return { objects, commonPrefixes, next: isMore ? from : undefined };
}

function readMaxKeys(text: string | undefined): number {
  if (text === undefined || text === '') return MAX_KEYS;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2_147_483_647) {
    throw createInvalidArgument(
      'Argument maxKeys must be an integer between 0 and 2147483647',
      'maxKeys',
      text,
    );
  }
  return Math.min(Number(text), MAX_KEYS);
}

function writeToken(next: Uint8Array): string {
  return Buffer.concat([Buffer.from('1'), next]).toString('base64');
}

function readToken(token: string): Uint8Array {
  const bytes = Buffer.from(token, 'base64');
  if (bytes[0] !== 0x31 || bytes.toString('base64') !== token) {
    throw createInvalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  }
  return bytes.subarray(1);
}

function readStart(startAfter: string | undefined): Uint8Array {
  return startAfter ? getFirstAbove(Buffer.from(startAfter)) : new Uint8Array();
}

/** ListObjectsV2. */
export async function listObjectsV2({ service, request, bucket }: BucketCall): Promise<Answer> {
  const { query } = request;
  const encoding = query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url') {
    throw createInvalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  }
  const encode = encoding === 'url' ? encodeKeyForListing : (text: string) => text;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const maxKeys = readMaxKeys(query.get('max-keys'));
  const from = token === undefined ? readStart(startAfter) : readToken(token);
  const page = listPage(service.store, bucket.name, { prefix, delimiter, maxKeys, from });
  const wantsOwner = query.get('fetch-owner') === 'true';
  return answerXml(
    writeXml('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      StartAfter: startAfter === undefined ? undefined : encode(startAfter),
      ContinuationToken: token,
      NextContinuationToken: page.next && writeToken(page.next),
      KeyCount: page.objects.length + page.commonPrefixes.length,
      MaxKeys: maxKeys,
      EncodingType: encoding,
      IsTruncated: page.next !== undefined,
      Contents: page.objects.map((object) => ({
        Key: encode(object.key),
        LastModified: new Date(object.lastModified).toISOString(),
        ETag: `"${object.etag}"`,
        ChecksumAlgorithm: object.checksum.algorithm,
        ChecksumType: object.checksum.type,
        Size: object.size,
        StorageClass: 'STANDARD',
        ...(wantsOwner && { Owner: { ID: service.credentials.accessKeyId } }),
      })),
      CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
    }),
  );
}
