import { type Answer, answerXml } from '../answer.ts';
import { S3Error } from '../errors.ts';
import type { WritePrecondition } from '../object-record.ts';
import { receiveText } from '../payload.ts';
import { type BucketCall, type ObjectCall, planEvent } from '../service.ts';
import { parseXml, readChildren, readElements, readText, writeXml, type XmlNode } from '../xml.ts';

const MAX_KEYS = 1000;

function removeObject(call: BucketCall, key: string, precondition: WritePrecondition): void {
  const { service, bucket } = call;
  const plan = planEvent(call, 'ObjectRemoved:Delete', key, service.clock());
  service.blobs.remove(service.store.deleteObject(bucket.name, key, precondition, plan));
}

/** DeleteObject; a key without an object is deleted all the same. */
export async function deleteObject(call: ObjectCall): Promise<Answer> {
  const ifMatch = call.request.headers.get('if-match');
  removeObject(call, call.key, ifMatch === undefined ? {} : { ifMatch });
  call.service.outbox.wake();
  return { status: 204 };
}

/** DeleteObjects: up to 1,000 keys, each with an answer of its own. */
export async function deleteObjects(call: BucketCall): Promise<Answer> {
  const { text, isChecked } = await receiveText(call);
  if (!isChecked) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  const document = parseXml(text, 'Delete');
  const objects = readElements(document, 'Object').map((element) => {
    const children = readChildren(element);
    const key = readText(children, 'Key');
    if (!key) throw new S3Error('MalformedXML');
    return { key, etag: readText(children, 'ETag'), hasVersion: children.VersionId !== undefined };
  });
  if (objects.length === 0 || objects.length > MAX_KEYS) throw new S3Error('MalformedXML');
  const deleted: XmlNode[] = [];
  const errors: XmlNode[] = [];
  for (const { key, etag, hasVersion } of objects) {
    try {
      if (hasVersion) throw new S3Error('NotImplemented', 'The local S3 does not implement versions.');
      removeObject(call, key, etag === undefined ? {} : { ifMatch: etag });
      deleted.push({ Key: key });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      errors.push({ Key: key, Code: error.code, Message: error.message });
    }
  }
  call.service.outbox.wake();
  const isQuiet = readText(document, 'Quiet') === 'true';
  return answerXml(writeXml('DeleteResult', { ...(!isQuiet && { Deleted: deleted }), Error: errors }));
}
