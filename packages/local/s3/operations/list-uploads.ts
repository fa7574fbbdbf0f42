import { type Answer, answerXml } from '../answer.ts';
import { getChecksumElement } from '../checksums.ts';
import { createInvalidArgument, createNotImplemented } from '../errors.ts';
import type { BucketCall, ObjectCall } from '../service.ts';
import { writeXml } from '../xml.ts';
import { getUpload } from './upload-part.ts';

const MAX_ENTRIES = 1000;

function readCount(text: string | undefined, name: string): number {
  if (text === undefined || text === '') return MAX_ENTRIES;
  if (!/^\d{1,10}$/.test(text)) {
    throw createInvalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
  }
  return Math.min(Number(text), MAX_ENTRIES);
}

function readMarker(text: string | undefined): number {
  if (text === undefined || /^\d{1,5}$/.test(text)) return Number(text ?? 0);
  throw createInvalidArgument('Argument part-number-marker must be an integer', 'part-number-marker', text);
}

/** ListParts, in order of part number. */
export async function listParts(call: ObjectCall): Promise<Answer> {
  const { service, request, bucket, key } = call;
  const upload = getUpload(call);
  const maxParts = readCount(request.query.get('max-parts'), 'max-parts');
  const marker = readMarker(request.query.get('part-number-marker'));
  const left = service.uploads.listParts(upload.id).filter(({ number }) => number > marker);
  const page = left.slice(0, maxParts);
  return answerXml(
    writeXml('ListPartsResult', {
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
        [getChecksumElement(upload.algorithm)]: part.checksum,
      })),
    }),
  );
}

/** ListMultipartUploads by prefix, up to 1,000 in one page. */
export async function listMultipartUploads({ service, request, bucket }: BucketCall): Promise<Answer> {
  const unsupported = ['delimiter', 'key-marker', 'upload-id-marker', 'encoding-type'].find((name) =>
    request.query.get(name),
  );
  if (unsupported !== undefined) throw createNotImplemented(`ListMultipartUploads with ${unsupported}`);
  const prefix = request.query.get('prefix') ?? '';
  const maxUploads = readCount(request.query.get('max-uploads'), 'max-uploads');
  const found = service.uploads.list(bucket.name).filter(({ key }) => key.startsWith(prefix));
  if (found.length > maxUploads) throw createNotImplemented('ListMultipartUploads over several pages');
  return answerXml(
    writeXml('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: '',
      UploadIdMarker: '',
      Prefix: prefix,
      MaxUploads: maxUploads,
      IsTruncated: false,
      Upload: found.map((upload) => ({
        Key: upload.key,
        UploadId: upload.id,
        StorageClass: 'STANDARD',
        Initiated: new Date(upload.initiated).toISOString(),
      })),
    }),
  );
}

/** AbortMultipartUpload. */
export async function abortMultipartUpload(call: ObjectCall): Promise<Answer> {
  const upload = getUpload(call);
  call.service.blobs.remove(call.service.uploads.abort(upload.id));
  return { status: 204 };
}
