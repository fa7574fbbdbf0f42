import { createHash } from 'node:crypto';
import { type Answer, answerXml } from '../answer.ts';
import {
  type Checksum,
  combineChecksums,
  composeChecksum,
  createBadChecksum,
  getChecksumElement,
  getChecksumHeader,
} from '../checksums.ts';
import { S3Error } from '../errors.ts';
import type { ObjectRecord } from '../object-record.ts';
import { receiveText } from '../payload.ts';
import { type ObjectCall, planEvent } from '../service.ts';
import type { PartRecord, UploadRecord } from '../upload-store.ts';
import { encodeUri } from '../uri.ts';
import { readWritePrecondition } from '../write-object.ts';
import { parseXml, readChildren, readElements, readText, writeXml } from '../xml.ts';
import { getUpload } from './upload-part.ts';

/** Every part but the last has at least this many bytes. */
const MIN_PART_BYTES = 5 * 1024 ** 2;
const MAX_PARTS = 10_000;

interface ListedPart {
  readonly number: number;
  readonly etag: string;
  readonly checksum: string | undefined;
}

function parseParts(xml: string, upload: UploadRecord): ListedPart[] {
  const parts = readElements(parseXml(xml, 'CompleteMultipartUpload'), 'Part').map((element) => {
    const children = readChildren(element);
    const number = readText(children, 'PartNumber')?.trim() ?? '';
    const etag = readText(children, 'ETag')?.trim().replaceAll('"', '');
    if (!/^\d{1,5}$/.test(number) || !etag) throw new S3Error('MalformedXML');
    const checksum = readText(children, getChecksumElement(upload.algorithm))?.trim();
    return { number: Number(number), etag, checksum };
  });
  if (parts.length === 0 || parts.length > MAX_PARTS) throw new S3Error('MalformedXML');
  return parts;
}

/** The uploaded parts a list names. Throws InvalidPartOrder, InvalidPart, EntityTooSmall, InvalidRequest. */
function matchParts(
  listed: readonly ListedPart[],
  uploaded: readonly PartRecord[],
  upload: UploadRecord,
): PartRecord[] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const mustCarry = upload.isExplicit && upload.checksumType === 'COMPOSITE';
  if (listed.some(({ number }, index) => number <= (listed[index - 1]?.number ?? 0))) {
    throw new S3Error('InvalidPartOrder', undefined, { UploadId: upload.id });
  }
  return listed.map(({ number, etag, checksum }, index) => {
    const part = byNumber.get(number);
    if (!part || part.etag !== etag || (checksum !== undefined && checksum !== part.checksum)) {
      throw new S3Error('InvalidPart', undefined, {
        UploadId: upload.id,
        PartNumber: String(number),
        ETag: etag,
      });
    }
    if (mustCarry && checksum === undefined) {
      const name = upload.algorithm.toLowerCase();
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    if (index < listed.length - 1 && part.size < MIN_PART_BYTES) {
      throw new S3Error('EntityTooSmall', undefined, {
        ProposedSize: String(part.size),
        MinSizeAllowed: String(MIN_PART_BYTES),
        PartNumber: String(number),
        ETag: etag,
      });
    }
    return part;
  });
}

function makeChecksum({ algorithm, checksumType }: UploadRecord, parts: readonly PartRecord[]): Checksum {
  const value =
    checksumType === 'COMPOSITE'
      ? composeChecksum(
          algorithm,
          parts.map(({ checksum }) => checksum),
        )
      : combineChecksums(
          algorithm,
          parts.map(({ checksum, size }) => ({ value: checksum, size })),
        );
  return { algorithm, value, type: checksumType };
}

function checkWholeObject(headers: ReadonlyMap<string, string>, checksum: Checksum, size: number): void {
  const claimed = headers.get(getChecksumHeader(checksum.algorithm));
  if (claimed !== undefined && claimed.replace(/-\d+$/, '') !== checksum.value.replace(/-\d+$/, '')) {
    throw createBadChecksum(checksum.algorithm);
  }
  const claimedSize = headers.get('x-amz-mp-object-size');
  if (claimedSize !== undefined && Number(claimedSize) !== size) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${claimedSize} does not match what was computed: ${size}`,
    );
  }
}

function makeEtag(parts: readonly PartRecord[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}

/** CompleteMultipartUpload: the object is its parts' blobs in order; nothing is copied. */
export async function completeMultipartUpload(call: ObjectCall): Promise<Answer> {
  const { service, request, bucket, key } = call;
  getUpload(call);
  // The checksum headers here are of the object, not of the XML.
  const withoutChecksums = new Map(
    [...request.headers].filter(([name]) => !name.startsWith('x-amz-checksum-')),
  );
  const { text } = await receiveText({ ...call, request: { ...request, headers: withoutChecksums } });
  const upload = getUpload(call);
  const uploaded = service.uploads.listParts(upload.id);
  const parts = matchParts(parseParts(text, upload), uploaded, upload);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const checksum = makeChecksum(upload, parts);
  checkWholeObject(request.headers, checksum, size);
  const record: ObjectRecord = {
    bucket: bucket.name,
    key,
    segments: parts.map(({ blob, size: bytes }) => ({ blob, size: bytes })),
    size,
    etag: makeEtag(parts),
    lastModified: service.clock(),
    attributes: upload.attributes,
    checksum,
    parts: parts.length,
  };
  const plan = planEvent(call, 'ObjectCreated:CompleteMultipartUpload', key, record.lastModified, record);
  const precondition = readWritePrecondition(request.headers);
  const replaced = service.store.putObject(record, precondition, plan, () =>
    service.uploads.forget(upload.id),
  );
  service.blobs.remove([...replaced, ...uploaded.filter((part) => !parts.includes(part))]);
  service.outbox.wake();
  const host = request.headers.get('host') ?? 'localhost';
  return answerXml(
    writeXml('CompleteMultipartUploadResult', {
      Location: `http://${host}/${bucket.name}/${encodeUri(key)}`,
      Bucket: bucket.name,
      Key: key,
      ETag: `"${record.etag}"`,
      [getChecksumElement(checksum.algorithm)]: checksum.value,
      ChecksumType: checksum.type,
    }),
  );
}
