import { KMSClient } from '@aws-sdk/client-kms';
import { onTestFinished } from 'vitest';
import type { Faults } from '../../../packages/local/faults.ts';
import { type Kms, openKms } from '../../../packages/local/kms/index.ts';
import { listen } from '../../../packages/local/testing/listen.ts';
import { makeTemporaryFolder } from '../../../packages/local/testing/temporary-folder.ts';

export interface TestKms {
  readonly client: KMSClient;
  readonly endpoint: string;
  /** ARNs of the keys `first` and `second`. */
  readonly first: string;
  readonly second: string;
}

/** Two keys behind the real SDK client; with `dataDir` those of an earlier run. */
export async function startTestKms(
  options: { readonly dataDir?: string; readonly faults?: Faults; readonly maxAttempts?: number } = {},
): Promise<TestKms> {
  const { dataDir = makeTemporaryFolder(), faults, maxAttempts = 1 } = options;
  const kms: Kms = openKms({
    dataDir,
    region: 'eu-west-1',
    accountId: '000000000000',
    keys: [{ name: 'first' }, { name: 'second' }],
    clock: () => Date.UTC(2026, 0, 2),
    ...(faults && { faults }),
  });
  const endpoint = await listen((request, response) => kms.handle(request, response));
  const client = new KMSClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts,
  });
  onTestFinished(() => client.destroy());
  return { client, endpoint, first: kms.formatArn('first'), second: kms.formatArn('second') };
}
