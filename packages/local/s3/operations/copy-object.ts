import { createHash } from 'node:crypto';
import { type Answer, answerXml } from '../answer.ts';
import { readAttributes } from '../attributes.ts';
import { createDigest, getChecksumElement, parseAlgorithm } from '../checksums.ts';
import { createInvalidArgument, createNotImplemented, S3Error } from '../errors.ts';
import { digestBytes, MAX_UPLOAD_BYTES } from '../payload.ts';
import { getBucket, type ObjectCall, type Service } from '../service.ts';
import { decodeUri } from '../uri.ts';
import { readWritePrecondition, writeObject } from '../write-object.ts';
import { writeXml } from '../xml.ts';
import { checkReadConditions } from './get-object.ts';

/** `bucket/key` or `/bucket/key`, percent-encoded. Throws InvalidArgument. */
function parseCopySource(text: string): { bucket: string; key: string } {
  const query = text.indexOf('?');
  if (query >= 0) throw createNotImplemented(`x-amz-copy-source${text.slice(query)}`);
  const path = decodeUri(text).replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) {
    throw createInvalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      text,
    );
  }
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

function readDirective(headers: ReadonlyMap<string, string>): 'COPY' | 'REPLACE' {
  const directive = headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (directive === 'COPY' || directive === 'REPLACE') return directive;
  throw createInvalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', directive);
}

async function copyBytes(
  service: Service,
  source: ReturnType<typeof findSource>,
  headers: ReadonlyMap<string, string>,
) {
  const wanted = headers.get('x-amz-checksum-algorithm');
  const algorithm = wanted === undefined ? source.checksum.algorithm : parseAlgorithm(wanted);
  const md5 = createHash('md5');
  const digest = createDigest(algorithm);
  const release = service.blobs.hold(source.segments);
  try {
    const bytes = service.blobs.read(source.segments, 0, source.size);
    const draft = await service.blobs.write(
      digestBytes(bytes, [md5, digest], source.size, () => new S3Error('InternalError')),
    );
    return {
      draft,
      md5: md5.digest(),
      checksum: { algorithm, value: digest.digest().toString('base64') },
    };
  } finally {
    release();
  }
}

function findSource(service: Service, text: string) {
  const { bucket, key } = parseCopySource(text);
  const source = service.store.getObject(getBucket(service, bucket).name, key);
  if (source) return source;
  throw new S3Error('NoSuchKey', undefined, { Key: key });
}

/** CopyObject up to 5 GB, with copy conditions and the metadata directive. */
export async function copyObject(call: ObjectCall): Promise<Answer> {
  const { service, request, bucket, key } = call;
  const { headers } = request;
  const source = findSource(service, headers.get('x-amz-copy-source') ?? '');
  const directive = readDirective(headers);
  if (directive === 'COPY' && source.bucket === bucket.name && source.key === key) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  if (source.size > MAX_UPLOAD_BYTES) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_UPLOAD_BYTES}`,
    );
  }
  checkReadConditions(headers, source, 'x-amz-copy-source-');
  const attributes = directive === 'COPY' ? source.attributes : readAttributes(headers);
  const precondition = readWritePrecondition(headers);
  const received = await copyBytes(service, source, headers);
  const object = writeObject(call, received, { key, attributes, precondition, event: 'ObjectCreated:Copy' });
  return answerXml(
    writeXml('CopyObjectResult', {
      LastModified: new Date(object.lastModified).toISOString(),
      ETag: `"${object.etag}"`,
      ChecksumType: object.checksum.type,
      [getChecksumElement(object.checksum.algorithm)]: object.checksum.value,
    }),
  );
}
