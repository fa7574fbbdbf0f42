import { type Answer, answerXml } from '../answer.ts';
import { readAttributes, readTags } from '../attributes.ts';
import { MAX_UPLOAD_BYTES } from '../body.ts';
import { type ChecksumAlgorithm, describeChecksum, parseAlgorithm } from '../checksums.ts';
import { digestBytes } from '../digest-bytes.ts';
import { createInvalidArgument, createNotImplemented, S3Error } from '../errors.ts';
import { checkReadConditions, type ObjectRecord, readWritePrecondition } from '../records.ts';
import {
  getBucket,
  getObjectRecord,
  type ObjectCall,
  type ReceivedBody,
  type Service,
  writeObject,
} from '../service.ts';
import { decodeUri } from '../uri.ts';
import { getUpload, keepPart, readPartNumber } from './multipart.ts';
import { checkBlobs } from './objects.ts';

/** Only a larger source may be copied in ranges. */
const MIN_RANGED_BYTES = 5 * 1024 ** 2;

type Headers = ReadonlyMap<string, string>;

/** The object that `x-amz-copy-source` names, `bucket/key` percent-encoded, when the copy conditions hold. */
function findSource(service: Service, headers: Headers): ObjectRecord {
  const text = headers.get('x-amz-copy-source') ?? '';
  if (text.includes('?')) throw createNotImplemented(`x-amz-copy-source${text.slice(text.indexOf('?'))}`);
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeUri(text)) ?? [];
  if (bucket === undefined || key === undefined) {
    const message = 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey';
    throw createInvalidArgument(message, 'x-amz-copy-source', text);
  }
  const source = getObjectRecord(service, getBucket(service, bucket).name, key);
  checkReadConditions(headers, source, 'x-amz-copy-source-');
  checkBlobs(service, source);
  return source;
}

function readDirective(headers: Headers, name: string): 'COPY' | 'REPLACE' {
  const directive = headers.get(name) ?? 'COPY';
  if (directive === 'COPY' || directive === 'REPLACE') return directive;
  throw createInvalidArgument(`Unknown ${name.slice('x-amz-'.length)}.`, name, directive);
}

/** Bytes `start` up to, not including, `end` of a source, written aside. */
async function copyBytes(
  { blobs }: Service,
  { segments }: ObjectRecord,
  { start, end }: { readonly start: number; readonly end: number },
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedBody> {
  if (end - start > MAX_UPLOAD_BYTES) {
    const what = 'The specified copy source is larger than the maximum allowable size for a copy source';
    throw new S3Error('InvalidRequest', `${what}: ${MAX_UPLOAD_BYTES}`);
  }
  const release = blobs.hold(segments);
  try {
    const { result, md5, getSum } = await digestBytes(blobs.read(segments, start, end), blobs.write, {
      algorithms: [algorithm],
      limit: end - start,
      createLimitError: () => new S3Error('InternalError'),
    });
    return { draft: result, md5, checksum: { algorithm, value: getSum(algorithm) } };
  } finally {
    release();
  }
}

/** CopyObject up to 5 GB, with copy conditions and the directives for metadata and tags. */
export async function copyObject(call: ObjectCall): Promise<Answer> {
  const { service, request, bucket, key } = call;
  const { headers } = request;
  const source = findSource(service, headers);
  const keepsMetadata = readDirective(headers, 'x-amz-metadata-directive') === 'COPY';
  const keepsTags = readDirective(headers, 'x-amz-tagging-directive') === 'COPY';
  if (keepsMetadata && keepsTags && source.bucket === bucket.name && source.key === key) {
    const what = "to copy an object to itself without changing the object's metadata";
    throw new S3Error('InvalidRequest', `This copy request is illegal because it is trying ${what}.`);
  }
  const attributes = {
    ...(keepsMetadata ? source.attributes : readAttributes(headers)),
    tags: keepsTags ? source.attributes.tags : readTags(headers),
  };
  const precondition = readWritePrecondition(headers);
  const algorithm = parseAlgorithm(headers.get('x-amz-checksum-algorithm') ?? source.checksum.algorithm);
  const received = await copyBytes(service, source, { start: 0, end: source.size }, algorithm);
  const object = writeObject(call, received, { key, attributes }, 'ObjectCreated:Copy', precondition);
  return answerXml('CopyObjectResult', {
    LastModified: new Date(object.lastModified).toISOString(),
    ETag: `"${object.etag}"`,
    ...describeChecksum(object.checksum),
  });
}

function readCopyRange(text: string | undefined, size: number): { start: number; end: number } {
  const name = 'x-amz-copy-source-range';
  if (text === undefined) return { start: 0, end: size };
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(text) ?? [];
  if (first === undefined || Number(first) > Number(last)) {
    const message = `The ${name} value must be of the form bytes=first-last`;
    throw createInvalidArgument(message, name, text);
  }
  if (Number(last) >= size) {
    throw createInvalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      name,
      text,
    );
  }
  if (size <= MIN_RANGED_BYTES) {
    throw new S3Error(
      'InvalidRequest',
      'The specified copy source is not supported as a byte-range copy source',
    );
  }
  return { start: Number(first), end: Number(last) + 1 };
}

/** UploadPartCopy: a part from an object, or from a range of one above 5 MiB. */
export async function uploadPartCopy(call: ObjectCall): Promise<Answer> {
  const { service, request } = call;
  const number = readPartNumber(request.query);
  const upload = getUpload(call);
  const source = findSource(service, request.headers);
  const range = readCopyRange(request.headers.get('x-amz-copy-source-range'), source.size);
  const { draft, md5, checksum } = await copyBytes(service, source, range, upload.algorithm);
  const part = keepPart(call, upload, { number, draft, md5, checksum: checksum.value });
  return answerXml('CopyPartResult', {
    LastModified: new Date(part.lastModified).toISOString(),
    ETag: `"${part.etag}"`,
    [`Checksum${upload.algorithm}`]: upload.isExplicit ? part.checksum : undefined,
  });
}
