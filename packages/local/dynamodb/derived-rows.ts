import { engine } from './dynalite.ts';
import { createValidationError } from './errors.ts';
import { buildExpiryPrefix, buildExpiryTime, buildIndexPrefix } from './keys.ts';
import type { AttributeType, IndexDescription, Item, TableDescription, TableRecord } from './types.ts';

const MAX_HASH_KEY_BYTES = 2048;
const MAX_RANGE_KEY_BYTES = 1024;
const MAX_EXPIRY_SECONDS = 10 ** 12;

/** Every index row and expiry row an item has, by its key in the store. */
export function deriveRows(table: TableRecord, itemKey: string, item: Item): Map<string, unknown> {
  const rows = new Map<string, unknown>();
  for (const index of listIndexes(table.description)) {
    if (!isIndexed(table.description, index, item)) continue;
    const prefix = buildIndexPrefix(table.description.TableName, index.IndexName);
    rows.set(
      prefix + buildIndexRowKey(table.description, index, item),
      project(table.description, index, item),
    );
  }
  const expiry = readExpiry(table, item);
  if (expiry !== undefined) {
    const prefix = buildExpiryPrefix(table.description.TableName);
    rows.set(`${prefix}${buildExpiryTime(expiry)}/${itemKey}`, true);
  }
  return rows;
}

/** What a table's derived rows look like, by the prefix of their keys. */
export function describeDerivedRows({ description, ttlAttribute }: TableRecord): Map<string, string> {
  const shapes = listIndexes(description).map(({ IndexName, KeySchema, Projection }): [string, string] => [
    buildIndexPrefix(description.TableName, IndexName),
    JSON.stringify([KeySchema, Projection]),
  ]);
  if (ttlAttribute !== undefined) shapes.push([buildExpiryPrefix(description.TableName), ttlAttribute]);
  return new Map(shapes);
}

export function listIndexes(table: TableDescription): IndexDescription[] {
  return [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
}

export function findAttributeType(
  { AttributeDefinitions }: Pick<TableDescription, 'AttributeDefinitions'>,
  name: string,
): AttributeType | undefined {
  return AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
}

/**
 * The key of an index row, without the index's prefix: index keys, then the whole table key. The engine ends its
 * own index keys in 24 bits of a hash instead, so that two items under one index key could share a row.
 */
export function buildIndexRowKey(table: TableDescription, index: IndexDescription, item: Item): string {
  return engine.createKey(item, table, index.KeySchema) + engine.createKey(item, table);
}

/** Throws a ValidationException if a key attribute of the item is too long in bytes, or one of an index is empty. */
export function checkKeys(table: TableDescription, item: Item): void {
  for (const { KeySchema, IndexName } of [
    { KeySchema: table.KeySchema, IndexName: '' },
    ...listIndexes(table),
  ]) {
    for (const { AttributeName, KeyType } of KeySchema) {
      const value = item[AttributeName];
      const where = IndexName === '' ? '' : ` IndexName: ${IndexName}, IndexKey: ${AttributeName}`;
      if (value?.S === '' || value?.B === '') {
        const kind = value.S === '' ? 'string' : 'binary';
        throw createValidationError(
          'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
            `The AttributeValue for a key attribute cannot contain an empty ${kind} value.${where}`,
        );
      }
      const bytes =
        value?.S === undefined ? Buffer.byteLength(value?.B ?? '', 'base64') : Buffer.byteLength(value.S);
      const limit = KeyType === 'HASH' ? MAX_HASH_KEY_BYTES : MAX_RANGE_KEY_BYTES;
      if (bytes > limit) {
        throw createValidationError(
          `One or more parameter values were invalid: Size of ${KeyType === 'HASH' ? 'hashkey' : 'rangekey'} has ` +
            `exceeded the maximum size limit of ${limit} bytes${where}`,
        );
      }
    }
  }
}

/** An item older than the index may hold its keys in another type. */
function isIndexed(table: TableDescription, { KeySchema }: IndexDescription, item: Item): boolean {
  return KeySchema.every(({ AttributeName }) => {
    const type = findAttributeType(table, AttributeName);
    return type !== undefined && item[AttributeName]?.[type] !== undefined;
  });
}

function project(table: TableDescription, index: IndexDescription, item: Item): Item {
  if (index.Projection.ProjectionType === 'ALL') return item;
  const kept = [...index.KeySchema, ...table.KeySchema].map(({ AttributeName }) => AttributeName);
  const projected: Item = {};
  for (const name of [...kept, ...(index.Projection.NonKeyAttributes ?? [])]) {
    const value = item[name];
    if (value !== undefined) projected[name] = value;
  }
  return projected;
}

function readExpiry(table: TableRecord, item: Item): number | undefined {
  if (table.ttlAttribute === undefined) return undefined;
  const seconds = Math.floor(Number(item[table.ttlAttribute]?.N ?? Number.NaN));
  return seconds >= 0 && seconds < MAX_EXPIRY_SECONDS ? seconds : undefined;
}
