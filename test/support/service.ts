import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalService, startLocalService } from '@loupe/cli/local-service';
import { createTenant } from '@loupe/cli/operations';
import { type Client, createClient } from '@loupe/sdk';
import { testFaults } from './environment.ts';

/** A service of the test's own, with nothing in it. */
export interface TestService extends LocalService {
  readonly operator: Client;
  readonly dataDir: string;
  /** A client with the key of a new tenant. */
  readonly createTenantClient: (name?: string) => Promise<{ id: string; apiKey: string; client: Client }>;
  /** Stops it and deletes its data. */
  readonly dispose: () => Promise<void>;
}

/**
 * With `LOUPE_TEST_FAULTS` (e.g. `mild`) set, all of them run on a cloud that makes faults. What a function that broke
 * down held comes back after the visibility timeout, so that is 20 seconds instead of minutes.
 */
const FAULTS =
  testFaults === undefined ? [] : ['--faults', testFaults, '--function-timeout', '10', '--sweep-every', '2'];
const FREE_PORTS = ['--port', '0', '--dynamodb-port', '0', '--s3-port', '0', '--sqs-port', '0'];

export async function startTestService(
  options: {
    readonly args?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestService> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loupe-test-'));
  const service = await startLocalService({
    dataDir,
    args: [...FREE_PORTS, ...FAULTS, ...(options.args ?? [])],
    ...(options.environment && { environment: options.environment }),
  });
  const operator = createClient({ url: service.url, apiKey: service.operatorKey });
  return {
    ...service,
    operator,
    dataDir,
    async createTenantClient(name = 'Test plant') {
      const tenant = await createTenant(operator, name);
      return { ...tenant, client: createClient({ url: service.url, apiKey: tenant.apiKey }) };
    },
    async dispose() {
      await service.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
