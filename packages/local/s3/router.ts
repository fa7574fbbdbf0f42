import type { Answer } from './answer.ts';
import { checkSupported } from './attributes.ts';
import { createNotImplemented, S3Error } from './errors.ts';
import * as buckets from './operations/buckets.ts';
import { copyObject, uploadPartCopy } from './operations/copy.ts';
import { deleteObject, deleteObjects } from './operations/delete.ts';
import { listMultipartUploads, listObjects, listObjectsV2, listParts } from './operations/listing.ts';
import * as multipart from './operations/multipart.ts';
import * as objects from './operations/objects.ts';
import { type BucketCall, type Call, getBucket, type ObjectCall } from './service.ts';

/** Parameters that choose an operation of S3; one that no route names is answered 501. */
const SUBRESOURCES = new Set(
  `abac accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle
  list-type location logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls
  partNumber policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select
  session tagging torrent uploadId uploads versionId versioning versions website`.split(/\s+/),
);
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];

type Routes<T> = Readonly<Record<string, (call: T) => Promise<Answer>>>;

const serviceRoutes: Routes<Call> = { GET: buckets.listBuckets };

const bucketRoutes: Routes<BucketCall> = {
  HEAD: buckets.headBucket,
  GET: listObjects,
  'GET list-type': listObjectsV2,
  'GET location': buckets.getBucketLocation,
  'GET cors': buckets.getBucketCors,
  'PUT cors': buckets.putBucketCors,
  'DELETE cors': buckets.deleteBucketCors,
  'GET notification': buckets.getBucketNotification,
  'PUT notification': buckets.putBucketNotification,
  'GET uploads': listMultipartUploads,
  'POST delete': deleteObjects,
};

const objectRoutes: Routes<ObjectCall> = {
  GET: objects.getObject,
  HEAD: objects.getObject,
  PUT: objects.putObject,
  'PUT copy': copyObject,
  DELETE: deleteObject,
  'GET attributes': objects.getObjectAttributes,
  'GET tagging': objects.getObjectTagging,
  'PUT tagging': objects.putObjectTagging,
  'DELETE tagging': objects.deleteObjectTagging,
  'POST uploads': multipart.createMultipartUpload,
  'PUT partNumber uploadId': multipart.uploadPart,
  'PUT copy partNumber uploadId': uploadPartCopy,
  'GET uploadId': listParts,
  'POST uploadId': multipart.completeMultipartUpload,
  'DELETE uploadId': multipart.abortMultipartUpload,
};

/** `PUT partNumber uploadId`: the method and what chooses the operation, in alphabetical order. */
function nameRoute({ method, query, headers }: Call['request']): string {
  const chosen = [...query.keys()].filter((name) => SUBRESOURCES.has(name));
  if (headers.has('x-amz-copy-source')) chosen.push('copy');
  if (![undefined, '2'].includes(query.get('list-type'))) chosen.push('list-type value');
  return [method, ...new Set(chosen.sort())].join(' ');
}

/** Finds and runs the operation of a verified request. Throws NotImplemented, MethodNotAllowed, NoSuchBucket. */
export function runOperation(call: Call): Promise<Answer> {
  const { method, headers, bucket: bucketName, key } = call.request;
  if (!METHODS.includes(method)) throw new S3Error('MethodNotAllowed', undefined, { Method: method });
  checkSupported(headers);
  const route = nameRoute(call.request);
  function run<T>(routes: Routes<T>, target: T, what: string): Promise<Answer> {
    const operation = routes[route];
    if (operation) return operation(target);
    throw createNotImplemented(`${route} of ${what}`);
  }
  if (bucketName === undefined) return run(serviceRoutes, call, 'the service');
  const bucketCall = { ...call, bucket: getBucket(call.service, bucketName) };
  if (key === undefined) return run(bucketRoutes, bucketCall, 'a bucket');
  return run(objectRoutes, { ...bucketCall, key }, 'an object');
}
