import { createPlatform, type Platform, parseConfig } from '../platform/index.ts';
import { renderQueueVariable, resources } from '../platform/resources.ts';

/** A platform whose table is a local DynamoDB of the test's own; bucket and queues lead nowhere. */
export async function openLocalPlatform(
  clock: () => number,
): Promise<{ readonly platform: Platform; readonly close: () => Promise<void> }> {
  const { createTemporaryFolder, removeFolder, startTestServer } = await import(
    '../../local/dynamodb/test-server.ts'
  );
  const folder = await createTemporaryFolder();
  const server = await startTestServer(folder, { tables: resources.tables });
  const queues = resources.queues.map(({ name }) => [
    renderQueueVariable(name),
    `http://127.0.0.1:1/000000000000/${name}`,
  ]);
  const config = parseConfig({
    ...Object.fromEntries(queues),
    LOUPE_TABLE: 'loupe',
    LOUPE_BUCKET: 'loupe-samples',
    LOUPE_STAGE: 'test',
    LOUPE_SECRET: 's'.repeat(32),
    AWS_REGION: 'eu-west-1',
  });
  const { openTable } = await import('../platform/table.ts');
  const platform = { ...createPlatform(config, clock), table: openTable(server.client, 'loupe') };
  return {
    platform,
    close: async () => {
      await server.close();
      await removeFolder(folder);
    },
  };
}
