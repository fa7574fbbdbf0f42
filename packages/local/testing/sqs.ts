import { SQSClient } from '@aws-sdk/client-sqs';
import type { QueueResource } from '@loupe/core/resources';
import { onTestFinished } from 'vitest';
import type { Faults } from '../faults.ts';
import { openSqs, type Sqs } from '../sqs/index.ts';
import { listen } from './listen.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const testQueues: readonly QueueResource[] = [
  {
    name: 'work',
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 3600,
    deadLetter: { queue: 'work-dead', maxReceiveCount: 3 },
  },
  { name: 'work-dead', visibilityTimeoutSeconds: 30, retentionSeconds: 7200 },
];

export interface TestSqs {
  readonly sqs: Sqs;
  readonly client: SQSClient;
  readonly url: string;
  readonly deadUrl: string;
  /** Moves the injected clock. */
  advance(milliseconds: number): void;
}

/** The queues `work` and `work-dead` behind the real SDK client, on a clock that runs with real time. */
export async function startTestSqs(queues = testQueues, faults?: Faults): Promise<TestSqs> {
  let offset = 0;
  let sqs: Sqs | undefined;
  const endpoint = await listen((request, response) => sqs?.handle(request, response));
  sqs = openSqs({
    dataDir: makeTemporaryFolder(),
    region: 'eu-west-1',
    accountId: '000000000000',
    queues,
    ...(faults && { faults }),
    clock: () => Date.now() + offset,
    endpointBase: endpoint,
  });
  const client = new SQSClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  onTestFinished(() => {
    client.destroy();
    sqs.close();
  });
  return {
    sqs,
    client,
    url: sqs.formatUrl('work'),
    deadUrl: sqs.formatUrl('work-dead'),
    advance: (milliseconds) => {
      offset += milliseconds;
    },
  };
}
