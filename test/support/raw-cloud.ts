import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createPlatform, openBucket, type Platform, parseConfig } from '@loupe/core/platform';
import { resources } from '@loupe/core/resources';
import { openTable } from '../../packages/core/platform/table.ts';
import { LOCAL_ACCOUNT } from '../../packages/local/service-environment.ts';

/** The table and the bucket of a test's service as they are, past the service. */
export interface RawCloud {
  /** Every row, with all of its attributes. */
  readonly scanTable: () => Promise<Record<string, unknown>[]>;
  /** Keys of the objects below a prefix. */
  readonly listObjects: (prefix: string) => Promise<string[]>;
  /** A platform on the same table and bucket with a clock of the test's own. It sends no messages. */
  readonly openPlatform: (clock: () => number) => Platform;
  readonly close: () => void;
}

export function openRawCloud(endpoints: { readonly dynamodb: string; readonly s3: string }): RawCloud {
  const { region, credentials } = LOCAL_ACCOUNT;
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
  const documents = DynamoDBDocumentClient.from(dynamodb);
  return {
    openPlatform(clock) {
      const queues = resources.queues.map(({ name }) => [
        `LOUPE_QUEUE_${name.toUpperCase().replaceAll('-', '_')}_URL`,
        `http://127.0.0.1:1/000000000000/${name}`,
      ]);
      const config = parseConfig({
        ...Object.fromEntries(queues),
        LOUPE_TABLE: resources.tables[0]?.name,
        LOUPE_BUCKET: resources.buckets[0]?.name,
        LOUPE_STAGE: 'local',
        LOUPE_SECRET: 's'.repeat(32),
        AWS_REGION: region,
        AWS_ENDPOINT_URL_S3: endpoints.s3,
      });
      return {
        ...createPlatform(config, clock),
        table: openTable(dynamodb, config.table),
        bucket: openBucket({
          name: config.bucket,
          region,
          endpoint: endpoints.s3,
          credentials: async () => credentials,
          clock,
        }),
      };
    },
    async scanTable() {
      const rows: Record<string, unknown>[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new ScanCommand({ TableName: resources.tables[0]?.name, ExclusiveStartKey: from }),
        );
        rows.push(...(page.Items ?? []));
        from = page.LastEvaluatedKey;
      } while (from);
      return rows;
    },
    async listObjects(prefix) {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({
            Bucket: resources.buckets[0]?.name,
            Prefix: prefix,
            ContinuationToken: token,
          }),
        );
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        token = page.NextContinuationToken;
      } while (token);
      return keys;
    },
    close() {
      dynamodb.destroy();
      s3.destroy();
    },
  };
}
