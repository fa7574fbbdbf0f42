import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export interface ToolResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What commands reach: an AWS account by the SDK's own chain of settings, the deployment's API, and tools. */
export interface Context {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly dynamo: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
  /** Runs another program; its output is not shown, since it may hold secrets. */
  readonly runTool: (file: string, args: readonly string[]) => Promise<ToolResult>;
  readonly close: () => void;
}

export function createContext(options: Pick<Context, 'environment' | 'clock' | 'runTool'>): Context {
  // Region, credentials and addresses (`AWS_ENDPOINT_URL_SQS` and so on) come from where every AWS tool has them.
  const dynamo = new DynamoDBClient({});
  const sqs = new SQSClient({});
  return {
    ...options,
    dynamo,
    documents: DynamoDBDocumentClient.from(dynamo),
    sqs,
    close() {
      dynamo.destroy();
      sqs.destroy();
    },
  };
}
