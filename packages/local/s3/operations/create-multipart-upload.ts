import { randomBytes } from 'node:crypto';
import { type Answer, answerXml } from '../answer.ts';
import { readAttributes } from '../attributes.ts';
import { type ChecksumType, canBeFullObject, DEFAULT_ALGORITHM, parseAlgorithm } from '../checksums.ts';
import { S3Error } from '../errors.ts';
import type { ObjectCall } from '../service.ts';
import { writeXml } from '../xml.ts';

function readChecksumType(headers: ReadonlyMap<string, string>): ChecksumType | undefined {
  const text = headers.get('x-amz-checksum-type');
  if (text === undefined || text === 'COMPOSITE' || text === 'FULL_OBJECT') return text;
  throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.');
}

/** CreateMultipartUpload; without an algorithm the object gets a CRC64NVME over all its bytes. */
export async function createMultipartUpload({ service, request, bucket, key }: ObjectCall): Promise<Answer> {
  const { headers } = request;
  const attributes = readAttributes(headers);
  const named = headers.get('x-amz-checksum-algorithm');
  const algorithm = named === undefined ? DEFAULT_ALGORITHM : parseAlgorithm(named);
  const fallback = algorithm === DEFAULT_ALGORITHM ? 'FULL_OBJECT' : 'COMPOSITE';
  const checksumType = readChecksumType(headers) ?? fallback;
  const isPossible = checksumType === 'FULL_OBJECT' ? canBeFullObject(algorithm) : algorithm !== 'CRC64NVME';
  if (!isPossible) {
    throw new S3Error(
      'InvalidRequest',
      `The ${checksumType} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  const id = randomBytes(32).toString('base64url');
  service.uploads.create({
    id,
    bucket: bucket.name,
    key,
    initiated: service.clock(),
    attributes,
    algorithm,
    checksumType,
    isExplicit: named !== undefined,
  });
  return answerXml(
    writeXml('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId: id }),
    named === undefined ? {} : { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': checksumType },
  );
}
