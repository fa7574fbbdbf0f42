import { createHash, randomBytes } from 'node:crypto';
import { type Answer, answerXml } from '../answer.ts';
import { readAttributes } from '../attributes.ts';
import type { Draft } from '../blobs.ts';
import { planBody, receiveBody, receiveText } from '../body.ts';
import {
  type Checksum,
  checkChecksumType,
  createBadChecksum,
  DEFAULT_ALGORITHM,
  describeChecksum,
  getChecksumHeader,
  joinChecksums,
  parseAlgorithm,
} from '../checksums.ts';
import { createInvalidArgument, S3Error } from '../errors.ts';
import { type ObjectRecord, type PartRecord, readWritePrecondition, type UploadRecord } from '../records.ts';
import { commitObject, type ObjectCall } from '../service.ts';
import { encodeUri } from '../uri.ts';
import { parseXml, readChildren, readElements, readText } from '../xml.ts';

/** Every part but the last has at least this many bytes. */
const MIN_PART_BYTES = 5 * 1024 ** 2;
const MAX_PARTS = 10_000;

/** CreateMultipartUpload; without an algorithm the object gets a CRC64NVME over all its bytes. */
export async function createMultipartUpload({ service, request, bucket, key }: ObjectCall): Promise<Answer> {
  const { headers } = request;
  const attributes = readAttributes(headers);
  const named = headers.get('x-amz-checksum-algorithm');
  const algorithm = parseAlgorithm(named ?? DEFAULT_ALGORITHM);
  const usualType = algorithm === DEFAULT_ALGORITHM ? 'FULL_OBJECT' : 'COMPOSITE';
  const checksumType = headers.get('x-amz-checksum-type') ?? usualType;
  if (checksumType !== 'COMPOSITE' && checksumType !== 'FULL_OBJECT') {
    throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.');
  }
  checkChecksumType(algorithm, checksumType);
  const initiated = service.clock();
  const id = initiated.toString(36).padStart(9, '0') + randomBytes(24).toString('base64url');
  const isExplicit = named !== undefined;
  const upload = { id, bucket: bucket.name, key, initiated, attributes, algorithm, checksumType, isExplicit };
  service.store.createUpload({ ...upload, checksumType });
  const checksum = { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': checksumType };
  return answerXml(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: key, UploadId: id },
    isExplicit ? { headers: checksum } : {},
  );
}

/** The open upload the request names. Throws NoSuchUpload. */
export function getUpload({ service, request, bucket, key }: ObjectCall): UploadRecord {
  const id = request.query.get('uploadId') ?? '';
  const upload = service.store.getUpload(id);
  if (upload?.bucket === bucket.name && upload.key === key) return upload;
  throw new S3Error('NoSuchUpload', undefined, { UploadId: id });
}

export function readPartNumber(query: ReadonlyMap<string, string>): number {
  const text = query.get('partNumber') ?? '';
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_PARTS) return Number(text);
  const message = `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`;
  throw createInvalidArgument(message, 'partNumber', text);
}

/** Makes a draft a part, over any of the same number. Throws NoSuchUpload when the upload is gone by now. */
export function keepPart(
  { service }: ObjectCall,
  upload: UploadRecord,
  made: { readonly number: number; readonly draft: Draft; readonly md5: Buffer; readonly checksum: string },
): PartRecord {
  const { number, draft, md5, checksum } = made;
  const stored = { blob: draft.keep(), size: draft.size, etag: md5.toString('hex') };
  const part: PartRecord = { number, ...stored, checksum, lastModified: service.clock() };
  const replaced = service.store.putPart(upload.id, part);
  service.blobs.remove(replaced ?? [part]);
  if (replaced) return part;
  throw new S3Error('NoSuchUpload', undefined, { UploadId: upload.id });
}

/** Parts of an upload that was created with a composite checksum must each name theirs. */
function needsPartChecksums({ isExplicit, checksumType }: UploadRecord): boolean {
  return isExplicit && checksumType === 'COMPOSITE';
}

export async function uploadPart(call: ObjectCall): Promise<Answer> {
  const number = readPartNumber(call.request.query);
  const upload = getUpload(call);
  const actual = planBody(call).named?.algorithm;
  const isMismatch = actual ? upload.isExplicit && actual !== upload.algorithm : needsPartChecksums(upload);
  if (isMismatch) {
    const [expected, found] = [upload.algorithm, actual ?? 'null'].map((name) => name.toLowerCase());
    const what = `expected checksum Type: ${expected}, actual checksum Type: ${found}`;
    throw new S3Error('InvalidRequest', `Checksum Type mismatch occurred, ${what}`);
  }
  const { draft, md5, checksum, requested } = await receiveBody(call, upload.algorithm);
  const part = keepPart(call, upload, { number, draft, md5, checksum: requested });
  const header = getChecksumHeader(checksum.algorithm);
  return { status: 200, headers: { ETag: `"${part.etag}"`, [header]: checksum.value } };
}

interface ListedPart {
  readonly number: number;
  readonly etag: string;
  readonly checksum: string | undefined;
}

function parseParts(xml: string, algorithm: string): ListedPart[] {
  const parts = readElements(parseXml(xml, 'CompleteMultipartUpload'), 'Part').map((element) => {
    const read = (name: string) => readText(readChildren(element), name)?.trim();
    const number = read('PartNumber') ?? '';
    const etag = read('ETag')?.replaceAll('"', '');
    if (!/^\d{1,5}$/.test(number) || !etag) throw new S3Error('MalformedXML');
    return { number: Number(number), etag, checksum: read(`Checksum${algorithm}`) };
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
  if (listed.some(({ number }, index) => number <= (listed[index - 1]?.number ?? 0))) {
    throw new S3Error('InvalidPartOrder', undefined, { UploadId: upload.id });
  }
  return listed.map(({ number, etag, checksum }, index) => {
    const part = byNumber.get(number);
    const details = { UploadId: upload.id, PartNumber: String(number), ETag: etag };
    if (!part || part.etag !== etag || (checksum ?? part.checksum) !== part.checksum) {
      throw new S3Error('InvalidPart', undefined, details);
    }
    if (checksum === undefined && needsPartChecksums(upload)) {
      const what = `The complete request must include the checksum for each part. It was missing for ${number}.`;
      throw new S3Error('InvalidRequest', what);
    }
    if (index < listed.length - 1 && part.size < MIN_PART_BYTES) {
      const sizes = { ProposedSize: String(part.size), MinSizeAllowed: String(MIN_PART_BYTES) };
      throw new S3Error('EntityTooSmall', undefined, { ...sizes, ...details });
    }
    return part;
  });
}

function checkWholeObject(headers: ReadonlyMap<string, string>, checksum: Checksum, size: number): void {
  const claimed = headers.get(getChecksumHeader(checksum.algorithm));
  const dropCount = (value: string) => value.replace(/-\d+$/, '');
  if (claimed !== undefined && dropCount(claimed) !== dropCount(checksum.value)) {
    throw createBadChecksum(checksum.algorithm);
  }
  const claimedSize = headers.get('x-amz-mp-object-size');
  if (claimedSize !== undefined && Number(claimedSize) !== size) {
    const what = `value ${claimedSize} does not match what was computed: ${size}`;
    throw new S3Error('InvalidRequest', `The provided 'x-amz-mp-object-size' header ${what}`);
  }
}

function makeEtag(parts: readonly { readonly etag: string }[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}

/**
 * CompleteMultipartUpload: the object is its parts' blobs in order; nothing is copied. Completing again with the same
 * parts, as a client does that did not hear the answer, gives the same answer while the object stands.
 */
export async function completeMultipartUpload(call: ObjectCall): Promise<Answer> {
  const { service, request, bucket, key } = call;
  const { store, blobs } = service;
  const done = store.getObject(bucket.name, key);
  const isDone = done !== undefined && done.uploadId === request.query.get('uploadId');
  if (!isDone) getUpload(call);
  // The checksum headers here are of the object, not of the XML.
  const ofXml = [...request.headers].filter(([name]) => !name.startsWith('x-amz-checksum-'));
  const text = await receiveText({ ...call, request: { ...request, headers: new Map(ofXml) } });
  if (isDone && makeEtag(parseParts(text, done.checksum.algorithm)) === done.etag) {
    return answerCompleted(request.headers, done);
  }
  const upload = getUpload(call);
  const uploaded = store.listParts(upload.id);
  const parts = matchParts(parseParts(text, upload.algorithm), uploaded, upload);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const checksum = joinChecksums(upload.algorithm, upload.checksumType, parts);
  checkWholeObject(request.headers, checksum, size);
  const object: ObjectRecord = {
    bucket: bucket.name,
    key,
    segments: parts.map((part) => ({ blob: part.blob, size: part.size })),
    size,
    etag: makeEtag(parts),
    lastModified: service.clock(),
    attributes: upload.attributes,
    checksum,
    parts: parts.length,
    uploadId: upload.id,
  };
  const precondition = readWritePrecondition(request.headers);
  commitObject(call, object, 'ObjectCreated:CompleteMultipartUpload', precondition);
  blobs.remove(uploaded.filter((part) => !parts.includes(part)));
  return answerCompleted(request.headers, object);
}

function answerCompleted(headers: ReadonlyMap<string, string>, object: ObjectRecord): Answer {
  const { bucket, key, etag, checksum } = object;
  return answerXml('CompleteMultipartUploadResult', {
    Location: `http://${headers.get('host') ?? 'localhost'}/${bucket}/${encodeUri(key)}`,
    Bucket: bucket,
    Key: key,
    ETag: `"${etag}"`,
    ...describeChecksum(checksum),
  });
}

export async function abortMultipartUpload(call: ObjectCall): Promise<Answer> {
  const { store, blobs } = call.service;
  blobs.remove(store.abortUpload(getUpload(call).id));
  return { status: 204 };
}
