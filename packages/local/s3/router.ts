import type { Answer } from './answer.ts';
import { checkSupported } from './attributes.ts';
import { createNotImplemented, S3Error } from './errors.ts';
import {
  deleteBucketCors,
  getBucketCors,
  getBucketLocation,
  headBucket,
  listBuckets,
  putBucketCors,
} from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { createMultipartUpload } from './operations/create-multipart-upload.ts';
import { deleteObject, deleteObjects } from './operations/delete-object.ts';
import { getObject } from './operations/get-object.ts';
import { getObjectAttributes } from './operations/get-object-attributes.ts';
import { listObjectsV2 } from './operations/list-objects.ts';
import { abortMultipartUpload, listMultipartUploads, listParts } from './operations/list-uploads.ts';
import { putObject } from './operations/put-object.ts';
import { uploadPart } from './operations/upload-part.ts';
import type { S3Request } from './request.ts';
import { type BucketCall, type Call, getBucket, type ObjectCall } from './service.ts';

/** Parameters that choose an operation of S3; one that no route names is answered 501. */
const SUBRESOURCES = new Set([
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'list-type',
  'location',
  'logging',
  'metadataConfiguration',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);
const METHODS = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']);

const serviceRoutes: Readonly<Record<string, (call: Call) => Promise<Answer>>> = { GET: listBuckets };

const bucketRoutes: Readonly<Record<string, (call: BucketCall) => Promise<Answer>>> = {
  HEAD: headBucket,
  'GET list-type': listObjectsV2,
  'GET location': getBucketLocation,
  'GET cors': getBucketCors,
  'PUT cors': putBucketCors,
  'DELETE cors': deleteBucketCors,
  'GET uploads': listMultipartUploads,
  'POST delete': deleteObjects,
};

const objectRoutes: Readonly<Record<string, (call: ObjectCall) => Promise<Answer>>> = {
  GET: getObject,
  HEAD: getObject,
  PUT: putObject,
  'PUT copy': copyObject,
  DELETE: deleteObject,
  'GET attributes': getObjectAttributes,
  'POST uploads': createMultipartUpload,
  'PUT partNumber uploadId': uploadPart,
  'GET uploadId': listParts,
  'POST uploadId': completeMultipartUpload,
  'DELETE uploadId': abortMultipartUpload,
};

/** `PUT partNumber uploadId`: the method and what chooses the operation, in alphabetical order. */
function nameRoute(request: Pick<S3Request, 'method' | 'query' | 'headers'>): string {
  const chosen = [...request.query.keys()].filter((name) => SUBRESOURCES.has(name));
  if (request.headers.has('x-amz-copy-source')) chosen.push('copy');
  if (request.query.has('list-type') && request.query.get('list-type') !== '2')
    chosen.push('list-type value');
  return [request.method, ...new Set(chosen.sort())].join(' ');
}

/** Finds and runs the operation of a verified request. Throws NotImplemented, MethodNotAllowed, NoSuchBucket. */
export function runOperation(call: Call): Promise<Answer> {
  const { request, service } = call;
  if (!METHODS.has(request.method)) {
    throw new S3Error('MethodNotAllowed', undefined, { Method: request.method });
  }
  checkSupported(request.headers);
  const route = nameRoute(request);
  if (request.bucket === undefined) {
    const operation = serviceRoutes[route];
    if (!operation) throw createNotImplemented(`${route} of the service`);
    return operation(call);
  }
  if (request.key === undefined) {
    const operation = bucketRoutes[route];
    if (!operation) throw createNotImplemented(`${route} of a bucket`);
    return operation({ ...call, bucket: getBucket(service, request.bucket) });
  }
  const operation = objectRoutes[route];
  if (!operation) throw createNotImplemented(`${route} of an object`);
  return operation({ ...call, bucket: getBucket(service, request.bucket), key: request.key });
}
