import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type RowKey, readKey } from './row-key.ts';

export interface ScanPage {
  /** `expires`: the table drops the row by itself. */
  readonly rows: readonly { readonly key: RowKey; readonly expires: boolean }[];
  /** Where the next page begins; undefined after the last. */
  readonly next: RowKey | undefined;
}

/** Whatever a tenant owns by its key, leads to it, or names it. */
const FILTER = [
  'begins_with(pk, :owned)',
  'begins_with(sk, :member)',
  'pk = :registered',
  'tenantId = :id',
  'resultId = :id',
  'contains(targets, :id)',
].join(' OR ');

/**
 * One page of the whole table, 1 MB of it as DynamoDB counts: keys of the rows that a tenant owns or that name it. It
 * costs as much as the table is large: for the end of a tenant, when nothing may be forgotten. Consistent.
 */
export async function scanTenant(
  documents: DynamoDBDocumentClient,
  tableName: string,
  tenantId: string,
  from: RowKey | undefined,
): Promise<ScanPage> {
  const { Items = [], LastEvaluatedKey } = await documents.send(
    new ScanCommand({
      TableName: tableName,
      FilterExpression: FILTER,
      ExpressionAttributeValues: {
        ':owned': `${tenantId}#`,
        ':member': `member#${tenantId}`,
        ':registered': `operator#registered#${tenantId}`,
        ':id': tenantId,
      },
      ProjectionExpression: 'pk, sk, #ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ConsistentRead: true,
      ExclusiveStartKey: from && { ...from },
    }),
  );
  return {
    rows: Items.map((item) => ({ key: readKey(item), expires: item.ttl !== undefined })),
    next: LastEvaluatedKey && readKey(LastEvaluatedKey),
  };
}
