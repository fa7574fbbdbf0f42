import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderError, describeDamage } from './damage.ts';
import { isBusy, isSqliteDamage } from './sqlite.ts';

/** Everything the local cloud writes; `reset` removes these and nothing else. */
const SERVICE_FOLDERS = ['dynamodb', 'kms', 's3', 'sqs'] as const;
const SECRETS_FILE = 'secrets.json';
const DEVELOPMENT_FILE = 'development.json';
const PORTS_FILE = 'ports.json';
const LOCK_FILE = 'lock.db';
const OWNER_FILE = 'lock.json';
const OWNER_ONLY = 0o600;

export interface Secrets {
  /** 32 random bytes in hex each, made once per folder. */
  readonly LOUPE_SECRET: string;
  readonly LOUPE_OPERATOR_KEY: string;
}

export interface DataFolder {
  /** Absolute path. */
  readonly path: string;
  /** Folder of one service. */
  findFolder(service: (typeof SERVICE_FOLDERS)[number]): string;
  /** Makes them at the first call. Throws `DataFolderError` when the file is damaged. */
  readSecrets(): Secrets;
  /** What was kept for the developer at an earlier start; `undefined` when nothing readable is there. */
  readDevelopment(): unknown;
  writeDevelopment(value: object): void;
  /** Ports of the last run, by service; empty when none are known. */
  readPorts(): Readonly<Record<string, number>>;
  writePorts(ports: Readonly<Record<string, number>>): void;
  /** Gives the folder up for another process. */
  release(): void;
}

/**
 * Takes the folder for this process, making it when missing. With `reset`, its data is deleted first.
 * Throws `DataFolderError` when it cannot be written, another process holds it, or one of its files is damaged.
 *
 * The lock is the operating system's, on `lock.db`: it ends with its process, even after `kill -9`, so a lock
 * can be neither stale nor mistaken for one of a later process with the same id. `lock.json` only names the
 * holder for the message.
 */
export function openDataFolder(folder: string, options: { readonly reset?: boolean } = {}): DataFolder {
  const path = resolve(folder);
  const lock = takeLock(path);
  if (options.reset) {
    for (const name of [...SERVICE_FOLDERS, SECRETS_FILE, DEVELOPMENT_FILE, PORTS_FILE]) {
      rmSync(join(path, name), { recursive: true, force: true });
    }
  }
  try {
    checkFiles(path);
  } catch (error) {
    lock.close();
    throw error;
  }
  return {
    path,
    findFolder: (service) => join(path, service),
    readSecrets: () => readSecrets(path),
    readDevelopment: () => readJson(join(path, DEVELOPMENT_FILE)),
    writeDevelopment: (value) => writeJson(join(path, DEVELOPMENT_FILE), value),
    readPorts: () => (readJson(join(path, PORTS_FILE)) ?? {}) as Readonly<Record<string, number>>,
    writePorts: (ports) => writeJson(join(path, PORTS_FILE), ports),
    release: () => {
      rmSync(join(path, OWNER_FILE), { force: true });
      lock.close();
    },
  };
}

/** One by one: Node's own recursion never ends where a file system answers ENOENT to every new folder, as /proc does. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function takeLock(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    makeFolders(path);
    lock = new DatabaseSync(join(path, LOCK_FILE), { timeout: 0 });
    lock.exec('begin exclusive');
    writeJson(join(path, OWNER_FILE), { pid: process.pid });
    return lock;
  } catch (error) {
    lock?.close();
    if (isBusy(error)) throw new DataFolderError('IN_USE', describeHolder(path));
    if (isSqliteDamage(error))
      throw describeDamage(join(path, LOCK_FILE), undefined, 'It holds no data: delete it.');
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(
      'UNWRITABLE',
      `The data folder ${path} cannot be written (${reason}). Choose another with --data, or change its permissions.`,
    );
  }
}

/** Throws for the first file of its own that is damaged; the services check theirs. */
function checkFiles(path: string): void {
  checkPorts(join(path, PORTS_FILE));
  const secrets = join(path, SECRETS_FILE);
  if (existsSync(secrets)) checkSecrets(secrets, readJson(secrets));
}

function checkPorts(file: string): void {
  const ports = existsSync(file) ? readJson(file) : {};
  const isPort = (port: unknown) => Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
  if (typeof ports !== 'object' || ports === null || !Object.values(ports).every(isPort)) {
    throw describeDamage(file, undefined, 'Delete it: the services then take free ports.');
  }
}

function describeHolder(path: string): string {
  const owner = readJson(join(path, OWNER_FILE));
  const pid =
    typeof owner === 'object' && owner !== null && 'pid' in owner
      ? `process ${owner.pid}`
      : 'another process';
  return `The data folder ${path} is in use by ${pid}. Stop that one, or choose another folder with --data.`;
}

function readSecrets(path: string): Secrets {
  const file = join(path, SECRETS_FILE);
  if (existsSync(file)) return checkSecrets(file, readJson(file));
  const secrets = { LOUPE_SECRET: makeSecret(), LOUPE_OPERATOR_KEY: makeSecret() };
  writeJson(file, secrets);
  return secrets;
}

function makeSecret(): string {
  return randomBytes(32).toString('hex');
}

/** New secrets in place of unreadable ones would make the stored keys and sealed values useless. */
function checkSecrets(file: string, stored: unknown): Secrets {
  const { LOUPE_SECRET, LOUPE_OPERATOR_KEY } = (stored ?? {}) as Partial<Secrets>;
  if (typeof LOUPE_SECRET === 'string' && typeof LOUPE_OPERATOR_KEY === 'string') {
    return { LOUPE_SECRET, LOUPE_OPERATOR_KEY };
  }
  throw describeDamage(file);
}

/** Undefined when the file is missing or no JSON. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and readable by its owner alone. */
export function writeJson(file: string, value: object): void {
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: OWNER_ONLY });
  renameSync(draft, file);
}
