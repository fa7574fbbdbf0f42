import { ClassicLevel, type Snapshot } from 'classic-level';
import type { Faults } from '../faults.ts';
import { explainOpenError, recordFiles, verifyFiles } from './data-files.ts';
import { createReader, type Database, type Reader } from './reader.ts';
import { createWriteUnit, type WriteUnit } from './write-unit.ts';

/** Tables and items in one LevelDB. */
export interface Store {
  /** Runs `work` on one moment of the data. */
  read<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result>;
  /** Runs `work` alone; its writes are committed together when it resolves, and dropped when it rejects. */
  write<Result>(work: (unit: WriteUnit) => Promise<Result>): Promise<Result>;
  /** Closes the database after the work under way has ended; later work rejects. */
  close(): Promise<void>;
}

/** Milliseconds a global index is behind its table at most, when it is made to be. */
const MAX_INDEX_LAG_MS = 300;

/** The moment global indexes show, and until when. */
interface Lag {
  readonly snapshot: Snapshot;
  readonly until: number;
}

/**
 * Opens or creates the database in `directory`; rejects if another process has it open or it is damaged. Global indexes can be
 * made to fall behind: `clock` is in milliseconds.
 */
export async function openStore(directory: string, clock: () => number, faults: Faults): Promise<Store> {
  // Before the database is made: that alone begins to open it.
  await verifyFiles(directory);
  const database: Database = new ClassicLevel<string, unknown>(directory, { valueEncoding: 'json' });
  await database.open().catch((error: unknown) => {
    throw explainOpenError(directory, error);
  });
  const underWay = new Set<Promise<unknown>>();
  let lastWrite: Promise<unknown> = Promise.resolve();
  let lag: Lag | undefined;
  let isClosed = false;

  function track<Result>(work: () => Promise<Result>): Promise<Result> {
    if (isClosed) return Promise.reject(new Error('The local DynamoDB is closed.'));
    const running = work();
    const settled = running.then(ignore, ignore).finally(() => underWay.delete(settled));
    underWay.add(settled);
    return running;
  }

  async function readSnapshot<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    const snapshot = database.snapshot();
    try {
      return await work(createReader(database, snapshot, findLag() ?? snapshot));
    } finally {
      await snapshot.close();
    }
  }

  function letIndexesLag(): void {
    if (findLag() !== undefined || !faults.happens('dynamodb.index-lag')) return;
    lag = { snapshot: database.snapshot(), until: clock() + faults.draw() * MAX_INDEX_LAG_MS };
  }

  function findLag(): Snapshot | undefined {
    if (lag !== undefined && clock() >= lag.until) {
      const { snapshot } = lag;
      lag = undefined;
      void Promise.all(underWay).then(() => snapshot.close());
    }
    return lag?.snapshot;
  }

  async function commitWork<Result>(work: (unit: WriteUnit) => Promise<Result>): Promise<Result> {
    const unit = createWriteUnit(database, createReader(database));
    const result = await work(unit);
    if (unit.changesItems()) letIndexesLag();
    await unit.commit();
    return result;
  }

  function write<Result>(work: (unit: WriteUnit) => Promise<Result>): Promise<Result> {
    const running = lastWrite.then(() => commitWork(work));
    lastWrite = running.then(ignore, ignore);
    return running;
  }

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all(underWay);
    await database.close();
    await recordFiles(directory);
  }

  return {
    read: (work) => track(() => readSnapshot(work)),
    write: (work) => track(() => write(work)),
    close,
  };
}

function ignore(): void {}
