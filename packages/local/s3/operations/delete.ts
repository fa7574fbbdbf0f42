import { type Answer, answerXml } from '../answer.ts';
import { receiveText } from '../body.ts';
import { S3Error } from '../errors.ts';
import type { WritePrecondition } from '../records.ts';
import { type BucketCall, type ObjectCall, planEvent } from '../service.ts';
import { parseXml, readChildren, readElements, readText, type XmlNode } from '../xml.ts';

const MAX_KEYS = 1000;

function removeObject(call: BucketCall, key: string, precondition: WritePrecondition): void {
  const { blobs, store, outbox } = call.service;
  const plan = planEvent(call, 'ObjectRemoved:Delete', key);
  blobs.remove(store.deleteObject(call.bucket.name, key, precondition, plan));
  outbox.wake();
}

/** DeleteObject; a key without an object is deleted all the same. */
export async function deleteObject(call: ObjectCall): Promise<Answer> {
  removeObject(call, call.key, { ifMatch: call.request.headers.get('if-match') });
  return { status: 204 };
}

/** DeleteObjects: up to 1,000 keys, each with an answer of its own. */
export async function deleteObjects(call: BucketCall): Promise<Answer> {
  const document = parseXml(await receiveText(call, { mustBeChecked: true }), 'Delete');
  const objects = readElements(document, 'Object').map((element) => {
    const children = readChildren(element);
    const key = readText(children, 'Key');
    if (!key) throw new S3Error('MalformedXML');
    return { key, ifMatch: readText(children, 'ETag'), hasVersion: children.VersionId !== undefined };
  });
  if (objects.length === 0 || objects.length > MAX_KEYS) throw new S3Error('MalformedXML');
  const deleted: XmlNode[] = [];
  const errors: XmlNode[] = [];
  for (const { key, ifMatch, hasVersion } of objects) {
    try {
      if (hasVersion) throw new S3Error('NotImplemented', 'The local S3 does not implement versions.');
      removeObject(call, key, { ifMatch });
      deleted.push({ Key: key });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      errors.push({ Key: key, Code: error.code, Message: error.message });
    }
  }
  const isQuiet = readText(document, 'Quiet') === 'true';
  return answerXml('DeleteResult', { Deleted: isQuiet ? undefined : deleted, Error: errors });
}
