import { fileURLToPath } from 'node:url';
import type { Resources } from '@loupe/core/resources';

/** Folder the handlers below are relative to. */
export const root = fileURLToPath(new URL('.', import.meta.url));

/** One of each resource: upload → object → event → queue → function → row. */
export const resources: Resources = {
  tables: [{ name: 'things', partitionKey: 'pk', sortKey: 'sk', indexes: [] }],
  buckets: [
    {
      name: 'thing-files',
      cors: [],
      notifications: [{ events: ['s3:ObjectCreated:*'], queue: 'intake' }],
    },
  ],
  queues: [
    {
      name: 'intake',
      visibilityTimeoutSeconds: 60,
      retentionSeconds: 86_400,
      deadLetter: { queue: 'intake-dead', maxReceiveCount: 3 },
    },
    { name: 'intake-dead', visibilityTimeoutSeconds: 30, retentionSeconds: 86_400 },
  ],
  keys: [{ name: 'things' }],
  functions: [
    { name: 'api', handler: 'api.ts#handler', timeoutSeconds: 10, memoryMb: 256 },
    { name: 'intake', handler: 'intake.ts#handler', timeoutSeconds: 10, memoryMb: 256 },
    { name: 'sweep', handler: 'sweep.ts#handler', timeoutSeconds: 10, memoryMb: 256 },
  ],
  eventSources: [
    { queue: 'intake', function: 'intake', batchSize: 10, batchWindowSeconds: 0, maximumConcurrency: 10 },
  ],
  routes: [{ method: 'ANY', path: '/things', function: 'api' }],
  schedules: [{ name: 'sweep', everySeconds: 60, function: 'sweep' }],
};
