import { resources, type TableResource } from '../packages/core/platform/resources.ts';
import { renderComponentName } from './component-name.ts';
import { takeOnly } from './names.ts';

const declared = takeOnly(resources.tables, 'table');

export const table = new sst.aws.Dynamo(renderComponentName(declared.name), {
  fields: Object.fromEntries(listKeys(declared).map((key) => [key, 'string'] as const)),
  primaryIndex: { hashKey: declared.partitionKey, rangeKey: declared.sortKey },
  globalIndexes: Object.fromEntries(
    declared.indexes.map((index) => [
      index.name,
      {
        hashKey: index.partitionKey,
        ...(index.sortKey !== undefined && { rangeKey: index.sortKey }),
        projection: index.projection === 'KEYS_ONLY' ? 'keys-only' : 'all',
      } as const,
    ]),
  ),
  ...(declared.ttlAttribute !== undefined && { ttl: declared.ttlAttribute }),
  deletionProtection: $app.protect ?? false,
  transform: { table: { pointInTimeRecovery: { enabled: $app.protect ?? false } } },
});

function listKeys({ partitionKey, sortKey, indexes }: TableResource): string[] {
  const keys = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  return [...new Set(keys.filter((key) => key !== undefined))];
}
