import { type Answer, answerText, answerXml } from '../answer.ts';
import { readAttributes, writeAttributes } from '../attributes.ts';
import { receiveBody, receiveText } from '../body.ts';
import { describeChecksum, writeChecksumHeaders } from '../checksums.ts';
import { createInvalidArgument, S3Error } from '../errors.ts';
import {
  checkReadConditions,
  checkWritePrecondition,
  type ObjectRecord,
  readWritePrecondition,
} from '../records.ts';
import { getObjectRecord, type ObjectCall, type Service, writeObject } from '../service.ts';
import { parseTagging, type Tags, writeTagging } from '../tags.ts';
import type { XmlNode } from '../xml.ts';

const OVERRIDES = [
  'Cache-Control',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Type',
  'Expires',
];

/** Bytes `start` up to, not including, `end`. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range of a `Range` header over `size` bytes; undefined when the header is absent, malformed or lists
 * several, which S3 answers with the whole object. Throws InvalidRange when nothing of it exists.
 */
function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)$/i.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start < size) return { start, end };
  const details = { RangeRequested: header ?? '', ActualObjectSize: String(size) };
  throw new S3Error('InvalidRange', undefined, details);
}

function readOverrides(query: ReadonlyMap<string, string>): Record<string, string> {
  const overrides: Record<string, string> = {};
  for (const header of OVERRIDES) {
    const parameter = `response-${header.toLowerCase()}`;
    const value = query.get(parameter);
    if (value !== undefined && !/^[\x20-\x7e]*$/.test(value)) {
      throw createInvalidArgument('Header value cannot be represented using ISO-8859-1.', parameter, value);
    }
    if (value !== undefined) overrides[header] = value;
  }
  return overrides;
}

/** Throws InternalError, and says on the log which file is damaged. */
export function checkBlobs({ blobs, log }: Service, { segments, bucket, key }: ObjectRecord): void {
  const damage = blobs.findDamage(segments);
  if (damage === undefined) return;
  log(`The object ${key} of ${bucket} cannot be read: ${damage}`);
  throw new S3Error('InternalError');
}

/** GetObject and HeadObject: one range, conditions, `response-*` overrides, checksums when asked for. */
export async function getObject({ service, request, bucket, key }: ObjectCall): Promise<Answer> {
  const object = getObjectRecord(service, bucket.name, key);
  checkReadConditions(request.headers, object);
  const range = readRange(request.headers.get('range'), object.size);
  const { start, end } = range ?? { start: 0, end: object.size };
  const wantsChecksum = request.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const headers = {
    ...writeAttributes(object),
    ...readOverrides(request.query),
    ...(wantsChecksum && !range && writeChecksumHeaders(object.checksum)),
    ...(range && { 'Content-Range': `bytes ${start}-${end - 1}/${object.size}` }),
    'Content-Length': String(end - start),
  };
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return { status, headers };
  checkBlobs(service, object);
  const release = service.blobs.hold(object.segments);
  return { status, headers, body: service.blobs.read(object.segments, start, end), release };
}

export async function putObject(call: ObjectCall): Promise<Answer> {
  const { service, request, bucket, key } = call;
  const attributes = readAttributes(request.headers);
  const precondition = readWritePrecondition(request.headers);
  // Checked again in the transaction; here it spares reading a body that cannot be kept.
  checkWritePrecondition(precondition, service.store.getObject(bucket.name, key));
  const received = await receiveBody(call);
  const object = writeObject(call, received, { key, attributes }, 'ObjectCreated:Put', precondition);
  return { status: 200, headers: { ETag: `"${object.etag}"`, ...writeChecksumHeaders(object.checksum) } };
}

const ATTRIBUTES: Readonly<Record<string, (object: ObjectRecord) => XmlNode>> = {
  ETag: ({ etag }) => ({ ETag: etag }),
  Checksum: ({ checksum }) => ({ Checksum: describeChecksum(checksum) }),
  ObjectParts: ({ parts }) => (parts > 0 ? { ObjectParts: { TotalPartsCount: parts } } : {}),
  StorageClass: () => ({ StorageClass: 'STANDARD' }),
  ObjectSize: ({ size }) => ({ ObjectSize: size }),
};

export async function getObjectAttributes({ service, request, bucket, key }: ObjectCall): Promise<Answer> {
  const parameter = 'x-amz-object-attributes';
  const asked = (request.headers.get(parameter) ?? '').split(',').map((name) => name.trim());
  const bad = asked.find((name) => !Object.hasOwn(ATTRIBUTES, name));
  if (bad !== undefined) throw createInvalidArgument('Invalid attribute name specified.', parameter, bad);
  const object = getObjectRecord(service, bucket.name, key);
  const described = Object.entries(ATTRIBUTES).map(([name, write]) =>
    asked.includes(name) ? write(object) : {},
  );
  const headers = { 'Last-Modified': new Date(object.lastModified).toUTCString() };
  return answerXml('GetObjectAttributesResponse', Object.assign({}, ...described), { headers });
}

export async function getObjectTagging({ service, bucket, key }: ObjectCall): Promise<Answer> {
  return answerText(writeTagging(getObjectRecord(service, bucket.name, key).attributes.tags));
}

export async function putObjectTagging(call: ObjectCall): Promise<Answer> {
  setTags(call, parseTagging(await receiveText(call, { mustBeChecked: true })));
  return { status: 200 };
}

export async function deleteObjectTagging(call: ObjectCall): Promise<Answer> {
  setTags(call, {});
  return { status: 204 };
}

function setTags({ service, bucket, key }: ObjectCall, tags: Tags): void {
  const object = getObjectRecord(service, bucket.name, key);
  service.store.updateObject({ ...object, attributes: { ...object.attributes, tags } });
}
