import { type Answer, answerXml } from '../answer.ts';
import { getChecksumElement } from '../checksums.ts';
import { createInvalidArgument, S3Error } from '../errors.ts';
import type { ObjectRecord } from '../object-record.ts';
import type { ObjectCall } from '../service.ts';
import { writeXml, type XmlNode } from '../xml.ts';

const WRITERS: Readonly<Record<string, (object: ObjectRecord) => XmlNode>> = {
  ETag: ({ etag }) => ({ ETag: etag }),
  Checksum: ({ checksum }) => ({
    Checksum: { [getChecksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type },
  }),
  ObjectParts: ({ parts }) => (parts > 0 ? { ObjectParts: { TotalPartsCount: parts } } : {}),
  StorageClass: () => ({ StorageClass: 'STANDARD' }),
  ObjectSize: ({ size }) => ({ ObjectSize: size }),
};

export async function getObjectAttributes({ service, request, bucket, key }: ObjectCall): Promise<Answer> {
  const asked = (request.headers.get('x-amz-object-attributes') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const bad = asked.find((name) => !WRITERS[name]);
  if (asked.length === 0 || bad !== undefined) {
    throw createInvalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', bad ?? '');
  }
  const object = service.store.getObject(bucket.name, key);
  if (!object) throw new S3Error('NoSuchKey', undefined, { Key: key });
  const node: XmlNode = Object.fromEntries(
    Object.entries(WRITERS)
      .filter(([name]) => asked.includes(name))
      .flatMap(([, write]) => Object.entries(write(object))),
  );
  return answerXml(writeXml('GetObjectAttributesResponse', node), {
    'Last-Modified': new Date(object.lastModified).toUTCString(),
  });
}
