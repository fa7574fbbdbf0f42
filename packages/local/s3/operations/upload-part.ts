import type { Answer } from '../answer.ts';
import { getChecksumHeader } from '../checksums.ts';
import { createInvalidArgument, S3Error } from '../errors.ts';
import { planBody, receiveBody } from '../payload.ts';
import type { ObjectCall } from '../service.ts';
import type { UploadRecord } from '../upload-store.ts';

const MAX_PART_NUMBER = 10_000;

/** The open upload the request names. Throws NoSuchUpload. */
export function getUpload({ service, request, bucket, key }: ObjectCall): UploadRecord {
  const id = request.query.get('uploadId') ?? '';
  const upload = service.uploads.get(id);
  if (upload?.bucket === bucket.name && upload.key === key) return upload;
  throw new S3Error('NoSuchUpload', undefined, { UploadId: id });
}

function readPartNumber(text: string | undefined): number {
  const number = Number(text);
  if (text !== undefined && /^\d{1,5}$/.test(text) && number >= 1 && number <= MAX_PART_NUMBER) return number;
  throw createInvalidArgument(
    `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
    'partNumber',
    text ?? '',
  );
}

/** UploadPart; a part of the same number is replaced. */
export async function uploadPart(call: ObjectCall): Promise<Answer> {
  const { service, request } = call;
  const number = readPartNumber(request.query.get('partNumber'));
  const upload = getUpload(call);
  const { named } = planBody(call);
  const mustCarry = upload.isExplicit && upload.checksumType === 'COMPOSITE';
  if (named ? named.algorithm !== upload.algorithm && upload.isExplicit : mustCarry) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${named?.algorithm.toLowerCase() ?? 'null'}`,
    );
  }
  const received = await receiveBody(call, upload.algorithm);
  const { size } = received.draft;
  const blob = received.draft.keep();
  const etag = received.md5.toString('hex');
  const part = { number, blob, size, etag, checksum: received.requested, lastModified: service.clock() };
  const replaced = service.uploads.putPart(upload.id, part);
  service.blobs.remove(replaced ?? [{ blob, size }]);
  if (!replaced) throw new S3Error('NoSuchUpload', undefined, { UploadId: upload.id });
  const header = getChecksumHeader(received.checksum.algorithm);
  return { status: 200, headers: { ETag: `"${etag}"`, [header]: received.checksum.value } };
}
