import type { Answer } from '../answer.ts';
import { readAttributes } from '../attributes.ts';
import { checkWritePrecondition } from '../object-record.ts';
import { receiveBody } from '../payload.ts';
import type { ObjectCall } from '../service.ts';
import { readWritePrecondition, writeChecksumHeaders, writeObject } from '../write-object.ts';

export async function putObject(call: ObjectCall): Promise<Answer> {
  const { service, request, bucket, key } = call;
  const attributes = readAttributes(request.headers);
  const precondition = readWritePrecondition(request.headers);
  // Checked again in the transaction; here it spares reading a body that cannot be kept.
  checkWritePrecondition(precondition, service.store.getObject(bucket.name, key));
  const received = await receiveBody(call);
  const object = writeObject(call, received, { key, attributes, precondition, event: 'ObjectCreated:Put' });
  return { status: 200, headers: { ETag: `"${object.etag}"`, ...writeChecksumHeaders(object) } };
}
