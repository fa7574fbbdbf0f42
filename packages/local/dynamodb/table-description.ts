import type { TableResource } from '@loupe/core/resources';
import type { OperationContext } from './operation.ts';
import type {
  IndexDescription,
  KeySchemaElement,
  RequestData,
  TableDescription,
  Throughput,
} from './types.ts';

export const LOCAL_ACCOUNT_ID = '000000000000';

/** A checked CreateTable request, or the same made from a declaration. */
export type TableRequest = Pick<
  TableDescription,
  'TableName' | 'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'
> &
  Pick<TableDescription, 'ProvisionedThroughput'> & { BillingMode?: string };

/** The request that creates a declared table: string keys, on-demand billing. */
export function buildTableRequest(table: TableResource): TableRequest {
  const keys = [table, ...table.indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
  const names = [...new Set(keys.filter((key) => key !== undefined))];
  const indexes = table.indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: buildKeySchema(index.partitionKey, index.sortKey),
    Projection: { ProjectionType: index.projection },
  }));
  return {
    TableName: table.name,
    AttributeDefinitions: names.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: buildKeySchema(table.partitionKey, table.sortKey),
    BillingMode: 'PAY_PER_REQUEST',
    ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
  };
}

/** The description of a table that is ready for use. */
export function buildTableDescription(
  request: TableRequest,
  { region, clock, createId }: Pick<OperationContext, 'region' | 'clock' | 'createId'>,
): TableDescription {
  const { BillingMode, GlobalSecondaryIndexes, LocalSecondaryIndexes, ...rest } = request;
  const arn = `arn:aws:dynamodb:${region}:${LOCAL_ACCOUNT_ID}:table/${request.TableName}`;
  const createdAt = clock() / 1000;
  const description: TableDescription = {
    ...rest,
    TableArn: arn,
    TableId: createId(),
    TableStatus: 'ACTIVE',
    CreationDateTime: createdAt,
    ItemCount: 0,
    TableSizeBytes: 0,
    ProvisionedThroughput: fillThroughput(request),
  };
  if (BillingMode === 'PAY_PER_REQUEST') {
    description.BillingModeSummary = { BillingMode, LastUpdateToPayPerRequestDateTime: createdAt };
    description.TableThroughputModeSummary = { TableThroughputMode: BillingMode };
  }
  if (GlobalSecondaryIndexes !== undefined) {
    description.GlobalSecondaryIndexes = GlobalSecondaryIndexes.map((index) => ({
      ...describeIndex(index, arn),
      IndexStatus: 'ACTIVE',
      ProvisionedThroughput: fillThroughput(index),
    }));
  }
  if (LocalSecondaryIndexes !== undefined) {
    description.LocalSecondaryIndexes = LocalSecondaryIndexes.map((index) => describeIndex(index, arn));
  }
  return description;
}

/** The description of the same table after it was changed to what the request says. */
export function rebuildTableDescription(
  before: TableDescription,
  request: TableRequest,
  context: Pick<OperationContext, 'region' | 'clock' | 'createId'>,
): TableDescription {
  const { TableId, CreationDateTime, BillingModeSummary } = before;
  const after = buildTableDescription(request, context);
  const isSameMode = BillingModeSummary?.BillingMode === after.BillingModeSummary?.BillingMode;
  return {
    ...after,
    ...(TableId === undefined ? {} : { TableId }),
    ...(CreationDateTime === undefined ? {} : { CreationDateTime }),
    ...(isSameMode && BillingModeSummary !== undefined ? { BillingModeSummary } : {}),
  };
}

/** AWS answers a CreateTable, UpdateTable or DeleteTable before it is done. */
export function withStatus(
  description: TableDescription,
  status: 'CREATING' | 'UPDATING' | 'DELETING',
): RequestData {
  const indexes = description.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: status }));
  return {
    ...description,
    TableStatus: status,
    ...(indexes === undefined ? {} : { GlobalSecondaryIndexes: indexes }),
  };
}

function describeIndex(index: IndexDescription, tableArn: string): IndexDescription {
  return { ...index, IndexArn: `${tableArn}/index/${index.IndexName}`, IndexSizeBytes: 0, ItemCount: 0 };
}

function fillThroughput({ ProvisionedThroughput }: { ProvisionedThroughput?: Throughput }): Throughput {
  return { ReadCapacityUnits: 0, WriteCapacityUnits: 0, ...ProvisionedThroughput, NumberOfDecreasesToday: 0 };
}

function buildKeySchema(partitionKey: string, sortKey: string | undefined): KeySchemaElement[] {
  const schema: KeySchemaElement[] = [{ AttributeName: partitionKey, KeyType: 'HASH' }];
  if (sortKey !== undefined) schema.push({ AttributeName: sortKey, KeyType: 'RANGE' });
  return schema;
}
