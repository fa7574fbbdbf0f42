import { key } from './keys.ts';
import { findQueue } from './queues.ts';
import { bucket } from './storage.ts';
import { table } from './table.ts';

type Grant = sst.aws.FunctionPermissionArgs;

/** Object keys, as the `locate…` functions of `packages/core` make them. */
const ALL_OBJECTS = 'tenants/*';
const ORIGINALS = 'tenants/*/samples/*/original';
const SOURCES = 'tenants/*/samples/*/source';
const FRAMES = 'tenants/*/samples/*/frames/*';
const VIEWS = 'tenants/*/samples/*/views/*';
const RESULTS = 'tenants/*/inspections/*';
const DATASETS = 'tenants/*/datasets/*';
/** What an import writes in parts. */
const IMPORTS = 'tenants/*/datasets/*/imports/*';
/** What it keeps between its steps. */
const IMPORT_WORK = 'tenants/*/datasets/*/imports/*/work/*';
const EXPORTS = 'tenants/*/exports/*';
const EVALUATIONS = 'tenants/*/evaluations/*';

/** A transaction needs the rights of the operations in it. */
type RowAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Scan';

/** What each function may do, exactly what its code does. */
export const grants: Readonly<Record<string, readonly Grant[]>> = {
  api: [
    // Things leave the table in the transaction that asks for their deletion.
    onRows('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    onIndexes('byTenant', 'byParent'),
    // Links and upload tickets carry the rights of whoever signed them.
    onObjects('GetObject', ALL_OBJECTS),
    onObjects('PutObject', ORIGINALS),
    onObjects('PutObject', DATASETS),
    onObjects('ListMultipartUploadParts', ORIGINALS),
    onObjects('AbortMultipartUpload', ORIGINALS),
    tellMissing(),
    sendTo('infer', 'deliver', 'evaluate', 'leave'),
    useKey('GenerateDataKey', 'Decrypt'),
  ],
  intake: [
    onRows('GetItem', 'Query', 'PutItem', 'UpdateItem'),
    onObjects('GetObject', ORIGINALS),
    onObjects('AbortMultipartUpload', ORIGINALS),
    // What arrives for a sample that was deleted.
    onObjects('DeleteObject', ORIGINALS),
    tellMissing(),
    sendTo('convert', 'convert-video', 'infer', 'deliver'),
    receiveFrom('intake'),
  ],
  convert: convertFrom('convert'),
  'convert-video': convertFrom('convert-video'),
  infer: [
    onRows('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    // Corrected cases of a profile, earlier turns of a conversation.
    onIndexes('byTenant', 'byParent'),
    // Parts at full resolution are cut from sources, and from frames of videos.
    onObjects('GetObject', SOURCES),
    onObjects('GetObject', FRAMES),
    onObjects('GetObject', VIEWS),
    onObjects('PutObject', RESULTS),
    sendTo('deliver'),
    receiveFrom('infer'),
    postponeOn('infer'),
    useKey('Decrypt'),
  ],
  deliver: [onRows('GetItem', 'PutItem', 'UpdateItem'), receiveFrom('deliver'), postponeOn('deliver')],
  evaluate: [
    onRows('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    onIndexes('byTenant'),
    onObjects('GetObject', SOURCES),
    onObjects('GetObject', FRAMES),
    onObjects('GetObject', VIEWS),
    onObjects('GetObject', DATASETS),
    onObjects('PutObject', DATASETS),
    onObjects('AbortMultipartUpload', IMPORTS),
    onObjects('DeleteObject', IMPORT_WORK),
    onObjects('GetObject', EVALUATIONS),
    onObjects('PutObject', EVALUATIONS),
    tellMissing(),
    sendTo('evaluate', 'deliver'),
    receiveFrom('evaluate'),
    postponeOn('evaluate'),
    useKey('Decrypt'),
  ],
  leave: [
    // Whatever a tenant owns goes with it: the whole table is looked through.
    onRows('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'Scan'),
    onIndexes('byTenant', 'byParent'),
    onObjects('DeleteObject', ALL_OBJECTS),
    // Exports name every file with its digest.
    onObjects('GetObject', ALL_OBJECTS),
    onObjects('PutObject', EXPORTS),
    onObjects('AbortMultipartUpload', ORIGINALS),
    tellMissing(),
    sendTo('leave', 'deliver'),
    receiveFrom('leave'),
    postponeOn('leave'),
  ],
  sweep: [
    onRows('GetItem', 'BatchGetItem', 'PutItem'),
    onIndexes('byDue'),
    sendTo('intake', 'convert', 'convert-video', 'infer', 'deliver', 'evaluate', 'leave'),
  ],
};

/** Both converters do the same with other files. */
function convertFrom(queue: string): readonly Grant[] {
  return [
    onRows('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    onObjects('GetObject', ORIGINALS),
    onObjects('GetObject', SOURCES),
    onObjects('PutObject', SOURCES),
    onObjects('PutObject', FRAMES),
    onObjects('PutObject', VIEWS),
    tellMissing(),
    sendTo('infer', 'deliver'),
    receiveFrom(queue),
    postponeOn(queue),
  ];
}

function onRows(...actions: RowAction[]): Grant {
  return { actions: actions.map((action) => `dynamodb:${action}`), resources: [table.arn] };
}

function onIndexes(...names: string[]): Grant {
  return {
    actions: ['dynamodb:Query'],
    resources: names.map((name) => $interpolate`${table.arn}/index/${name}`),
  };
}

type ObjectAction =
  | 'GetObject'
  | 'PutObject'
  | 'DeleteObject'
  | 'ListMultipartUploadParts'
  | 'AbortMultipartUpload';

function onObjects(action: ObjectAction, keys: string): Grant {
  return { actions: [`s3:${action}`], resources: [$interpolate`${bucket.arn}/${keys}`] };
}

/** Without the right to list, S3 says of an object that is not there that access is denied. */
function tellMissing(): Grant {
  return { actions: ['s3:ListBucket'], resources: [bucket.arn] };
}

function sendTo(...queues: string[]): Grant {
  return { actions: ['sqs:SendMessage'], resources: queues.map((name) => findQueue(name).arn) };
}

function receiveFrom(queue: string): Grant {
  return {
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [findQueue(queue).arn],
  };
}

function postponeOn(queue: string): Grant {
  return { actions: ['sqs:ChangeMessageVisibility'], resources: [findQueue(queue).arn] };
}

function useKey(...actions: ('GenerateDataKey' | 'Decrypt')[]): Grant {
  return { actions: actions.map((action) => `kms:${action}`), resources: [key.arn] };
}
