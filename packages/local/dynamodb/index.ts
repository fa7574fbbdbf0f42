import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TableResource } from '@loupe/core/resources';
import { type Faults, NO_FAULTS } from '../faults.ts';
import { prepareTables } from './declared-tables.ts';
import { answerRequest } from './http-front.ts';
import { addThrottling } from './injected-faults.ts';
import { itemOperations } from './item-operations.ts';
import type { OperationContext } from './operation.ts';
import { openStore } from './store.ts';
import { tableOperations } from './table-operations.ts';
import { tagOperations } from './table-tags.ts';
import { describeTimeToLive, sweepExpired, updateTimeToLive } from './time-to-live.ts';
import { transactGetItems } from './transact-get.ts';
import { transactWriteItems } from './transact-write.ts';
import { updateTable } from './update-table.ts';

export { TableChangedError } from './declared-tables.ts';

const DEFAULT_TTL_SWEEP_MS = 60_000;

export interface DynamoDbOptions {
  /** The folder of the data; created if absent. One process at a time can have it open. */
  readonly dataDir: string;
  /** Tables that are there once this is open. */
  readonly tables: readonly TableResource[];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** The AWS region in ARNs. */
  readonly region: string;
  /** Milliseconds between two sweeps for expired items; a minute if absent. */
  readonly ttlSweepMs?: number;
  /** Makes request and table ids; random UUIDs if absent. */
  readonly createId?: () => string;
  /** The `dynamodb.` faults to make; none if absent. */
  readonly faults?: Faults;
}

export interface LocalDynamoDb {
  /** Answers a request of the DynamoDB protocol on any path. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Ends after the requests under way; later ones are answered with InternalServerError. */
  close(): Promise<void>;
}

/**
 * Opens the local DynamoDB. Rejects with TableChangedError if a declared table's keys or indexes differ from
 * those of the stored one, with DataFolderError if a file is damaged, and with LevelDB's `LEVEL_DATABASE_NOT_OPEN`
 * if another process has the folder open.
 *
 * @example
 * const dynamoDb = await openDynamoDb({ dataDir, tables: resources.tables, clock: Date.now, region: 'eu-west-1' });
 * createServer(dynamoDb.handle).listen(0, '127.0.0.1');
 */
export async function openDynamoDb(options: DynamoDbOptions): Promise<LocalDynamoDb> {
  const {
    clock,
    region,
    createId = randomUUID,
    ttlSweepMs = DEFAULT_TTL_SWEEP_MS,
    faults = NO_FAULTS,
  } = options;
  const store = await openStore(options.dataDir, clock, faults);
  const context: OperationContext = { store, clock, region, createId, faults };
  try {
    await prepareTables(context, options.tables);
  } catch (error) {
    await store.close();
    throw error;
  }
  const operations = new Map(
    Object.entries({
      ...Object.fromEntries(
        Object.entries(itemOperations).map(([name, operation]) => [name, addThrottling(operation)]),
      ),
      ...tableOperations,
      ...tagOperations,
      TransactGetItems: transactGetItems,
      TransactWriteItems: transactWriteItems,
      UpdateTable: updateTable,
      DescribeTimeToLive: describeTimeToLive,
      UpdateTimeToLive: updateTimeToLive,
    }),
  );
  const sweeper = setInterval(() => void sweepExpired(store, clock()).catch(ignore), ttlSweepMs).unref();

  return {
    handle: (request, response) => void answerRequest(operations, context, request, response),
    async close() {
      clearInterval(sweeper);
      await store.close();
    },
  };
}

/** A sweep that fails is tried again by the next one. */
function ignore(): void {}
