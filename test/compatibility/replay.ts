import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalService } from '@loupe/cli/local-service';
import { type Client, createClient } from '@loupe/sdk';
import { openRawTable, type RawTable, type Row } from './rows.ts';

/** What the released version left, beside its rows. */
export interface Release {
  readonly secrets: object;
  readonly apiKey: string;
  /** One of each noun. */
  readonly ids: Readonly<Record<string, string>>;
  /** Documents by type, as the released schema had them. */
  readonly documents: Readonly<Record<string, string>>;
  /** What the released version said of the ids, from its rows alone. */
  readonly answers: Readonly<Record<string, unknown>>;
}

export interface Replay {
  readonly client: Client;
  readonly table: RawTable;
  readonly dispose: () => Promise<void>;
}

/** Today's code on a table with these rows. Nothing expires and nothing is swept: the rows stay as they are. */
export async function startReplay(
  { secrets, apiKey }: Pick<Release, 'secrets' | 'apiKey'>,
  rows: readonly Row[],
): Promise<Replay> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loupe-compatibility-'));
  await writeFile(join(dataDir, 'secrets.json'), JSON.stringify(secrets), { mode: 0o600 });
  const ports = ['--port', '0', '--dynamodb-port', '0', '--s3-port', '0', '--sqs-port', '0'];
  const service = await startLocalService({ dataDir, args: [...ports, '--sweep-every', '86400'] });
  const table = openRawTable(service.endpoints.dynamodb);
  await table.put(rows.map(({ ttl: _, duePk: __, dueSk: ___, ...row }) => row as Row));
  return {
    client: createClient({ url: service.url, apiKey }),
    table,
    async dispose() {
      table.close();
      await service.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
