import { ClassicLevel } from 'classic-level';
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

/** Opens or creates the database in `directory`; rejects if another process has it open. */
export async function openStore(directory: string): Promise<Store> {
  const database: Database = new ClassicLevel<string, unknown>(directory, { valueEncoding: 'json' });
  await database.open();
  const underWay = new Set<Promise<unknown>>();
  let lastWrite: Promise<unknown> = Promise.resolve();
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
      return await work(createReader(database, snapshot));
    } finally {
      await snapshot.close();
    }
  }

  async function commitWork<Result>(work: (unit: WriteUnit) => Promise<Result>): Promise<Result> {
    const unit = createWriteUnit(database, createReader(database));
    const result = await work(unit);
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
  }

  return {
    read: (work) => track(() => readSnapshot(work)),
    write: (work) => track(() => write(work)),
    close,
  };
}

function ignore(): void {}
