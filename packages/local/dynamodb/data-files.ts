import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describeDamage } from '../damage.ts';

/**
 * LevelDB reads past much damage without a word. So the files it leaves behind at a close are recorded, and
 * compared before the next open. After a crash only the tables (`.ldb`, never changed once written) are.
 */
const RECORD_FILE = 'files.json';

interface FileRecord {
  readonly bytes: number;
  readonly crc32: number;
}

type Files = Readonly<Record<string, FileRecord>>;

/** Throws DataFolderError if a file is not as it was recorded, or is missing. */
export async function verifyFiles(directory: string): Promise<void> {
  const names = await listFiles(directory);
  if (!names.includes('CURRENT') && names.some((name) => name.startsWith('MANIFEST-'))) {
    throw describeDamage(join(directory, 'CURRENT'), 'is missing');
  }
  const recorded = await readRecord(directory);
  for (const [name, expected] of Object.entries(recorded)) {
    const path = join(directory, name);
    // LevelDB drops tables it no longer needs, and says when one it needs is missing.
    if (!names.includes(name) && isTable(name)) continue;
    if (!names.includes(name)) throw describeDamage(path, 'is missing');
    const found = await measureFile(path);
    if (found.bytes !== expected.bytes) {
      throw describeDamage(path, `has ${found.bytes} bytes of the ${expected.bytes} that were written`);
    }
    if (found.crc32 !== expected.crc32) throw describeDamage(path, 'is not what was written');
  }
  const tables = Object.entries(recorded).filter(([name]) => isTable(name));
  if (tables.length < Object.keys(recorded).length) await writeRecord(directory, Object.fromEntries(tables));
}

/** Records the files of a closed database. */
export async function recordFiles(directory: string): Promise<void> {
  const known = await readRecord(directory);
  const names = (await listFiles(directory)).filter((name) =>
    /^(CURRENT|MANIFEST-.*|.*\.(ldb|log))$/.test(name),
  );
  const entries = names.map(async (name) => [
    name,
    known[name] ?? (await measureFile(join(directory, name))),
  ]);
  await writeRecord(directory, Object.fromEntries(await Promise.all(entries)));
}

/** Turns LevelDB's error about damage into one that says how to go on; returns any other as it is. */
export function explainOpenError(directory: string, error: unknown): unknown {
  const { cause } = error as { cause?: Error & { code?: string } };
  const reason = cause?.message ?? '';
  if (cause?.code !== 'LEVEL_CORRUPTION' && !/No such file|Invalid argument/.test(reason)) return error;
  const named = reason.includes('CURRENT') ? 'CURRENT' : /[^/\\]+\.(ldb|log)$/.exec(reason)?.[0];
  return describeDamage(join(directory, named ?? 'MANIFEST'), `cannot be read (${reason})`);
}

function isTable(name: string): boolean {
  return name.endsWith('.ldb');
}

async function listFiles(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch {
    return [];
  }
}

async function measureFile(path: string): Promise<FileRecord> {
  const content = await readFile(path);
  return { bytes: content.length, crc32: crc32(content) };
}

async function readRecord(directory: string): Promise<Files> {
  try {
    return JSON.parse(await readFile(join(directory, RECORD_FILE), 'utf8')) as Files;
  } catch {
    return {};
  }
}

function writeRecord(directory: string, files: Files): Promise<void> {
  return writeFile(join(directory, RECORD_FILE), JSON.stringify(files));
}
