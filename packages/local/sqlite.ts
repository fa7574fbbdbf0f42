import { DatabaseSync } from 'node:sqlite';
import { describeDamage } from './damage.ts';

/** SQLite's primary result code is the low byte: 5 busy, 6 locked, 11 corrupt, 26 no database. */
function readCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}

/** Whether another process holds the database. */
export function isBusy(error: unknown): boolean {
  return [5, 6].includes(readCode(error));
}

/** Whether the file is damaged or no database at all. */
export function isSqliteDamage(error: unknown): boolean {
  return [11, 26].includes(readCode(error));
}

export interface DatabaseOptions {
  /** Statements that make the tables which are missing. */
  readonly schema: string;
  /** Raised with every change of the tables; a file of another version is refused. */
  readonly version?: number;
  /** Held by this process alone from the first statement on. */
  readonly exclusive?: boolean;
}

/**
 * Opens (or makes) a database, in memory for `:memory:`. A commit survives the process being killed; the last ones may
 * be lost when the machine itself loses power. Throws `DataFolderError` when the file is damaged or of another version.
 */
export function openDatabase(
  file: string,
  { schema, version, exclusive = false }: DatabaseOptions,
): DatabaseSync {
  const database = new DatabaseSync(file);
  const read = (statement: string) => database.prepare(statement).get();
  try {
    if (exclusive) database.exec('pragma locking_mode = exclusive');
    database.exec('pragma journal_mode = wal; pragma synchronous = normal');
    if (read('pragma quick_check(1)')?.quick_check !== 'ok') throw describeDamage(file);
    const isNew = read('select name from sqlite_schema') === undefined;
    if (version !== undefined && !isNew && read('pragma user_version')?.user_version !== version) {
      throw describeDamage(file, 'cannot be used, it is of another version of Loupe');
    }
    database.exec(schema);
    if (version !== undefined) database.exec(`pragma user_version = ${version}`);
    return database;
  } catch (error) {
    database.close();
    throw isSqliteDamage(error) ? describeDamage(file) : error;
  }
}

/** Runs `work` in one immediate transaction: all of it is stored, or none. */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin immediate');
  try {
    const result = work();
    database.exec('commit');
    return result;
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}
