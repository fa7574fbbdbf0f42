import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataFolderError } from './damage.ts';
import { openDataFolder } from './data-folder.ts';
import { readFirstOutput, startChild } from './testing/start-child.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const module = new URL('./data-folder.ts', import.meta.url).href;

/** A process that holds the folder until it is killed. */
async function holdElsewhere(folder: string) {
  const script = `const { openDataFolder } = await import(${JSON.stringify(module)});
    // Without a reference the lock would end with the next garbage collection.
    globalThis.held = openDataFolder(${JSON.stringify(folder)});
    process.stdout.write('held');
    setInterval(() => undefined, 1000);`;
  const child = startChild('--input-type=module', '--eval', script);
  await readFirstOutput(child);
  return child;
}

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('a missing folder is made, and secrets in it are made once, for the owner alone', () => {
  const path = join(makeTemporaryFolder(), 'deep', 'data');
  const first = openDataFolder(path);
  const secrets = first.readSecrets();
  expect(secrets.LOUPE_SECRET).toMatch(/^[0-9a-f]{64}$/);
  expect(secrets.LOUPE_OPERATOR_KEY).toMatch(/^[0-9a-f]{64}$/);
  expect(secrets.LOUPE_SECRET).not.toBe(secrets.LOUPE_OPERATOR_KEY);
  expect(statSync(join(path, 'secrets.json')).mode & 0o777).toBe(0o600);
  first.release();

  const second = openDataFolder(path);
  expect(second.readSecrets()).toEqual(secrets);
  second.release();
});

test.each([
  ['secrets.json', 'cut off', (file: string) => writeFileSync(file, '{"LOUPE_SECRET": "cut o'), '--reset'],
  ['ports.json', 'not JSON', (file: string) => writeFileSync(file, 'api: 4000'), 'Delete it'],
  ['ports.json', 'no port', (file: string) => writeFileSync(file, '{"api": 70000}'), 'Delete it'],
  ['lock.db', 'no database', (file: string) => writeFileSync(file, 'x'.repeat(4096)), 'delete it'],
])('%s that is %s is named at the start, with a way out, and left as it is', (name, _, damage, remedy) => {
  const path = makeTemporaryFolder();
  const file = join(path, name);
  damage(file);
  const before = readFileSync(file);
  const error = catchError(() => openDataFolder(path));
  expect(error).toMatchObject({
    code: 'UNREADABLE',
    message: expect.stringMatching(new RegExp(`^\\S*${name} is damaged and cannot be read\\. .*${remedy}`)),
  });
  expect(readFileSync(file)).toEqual(before);
  if (remedy === '--reset') openDataFolder(path, { reset: true }).release();
});

test('a second process is refused with the pid of the first', async () => {
  const path = makeTemporaryFolder();
  const holder = await holdElsewhere(path);
  const error = catchError(() => openDataFolder(path));
  expect(error).toBeInstanceOf(DataFolderError);
  expect(error).toMatchObject({
    code: 'IN_USE',
    message: expect.stringContaining(`in use by process ${holder.pid}`),
  });
  holder.kill('SIGKILL');
  await once(holder, 'close');
});

test('a folder is refused a second time in the same process too', () => {
  const path = makeTemporaryFolder();
  const first = openDataFolder(path);
  expect(catchError(() => openDataFolder(path))).toMatchObject({ code: 'IN_USE' });
  first.release();
  openDataFolder(path).release();
});

test('after kill -9 the folder is free at once, even when another living process has the old pid', async () => {
  const path = makeTemporaryFolder();
  const holder = await holdElsewhere(path);
  holder.kill('SIGKILL');
  await once(holder, 'close');
  writeFileSync(join(path, 'lock.json'), JSON.stringify({ pid: process.ppid }));
  const folder = openDataFolder(path);
  expect(JSON.parse(readFileSync(join(path, 'lock.json'), 'utf8'))).toEqual({ pid: process.pid });
  folder.release();
});

test('reset deletes what the local cloud made and leaves other files alone', () => {
  const path = makeTemporaryFolder();
  for (const name of ['dynamodb', 's3', 'sqs']) {
    mkdirSync(join(path, name));
    writeFileSync(join(path, name, 'data'), 'x');
  }
  writeFileSync(join(path, 'holiday.jpg'), 'x');
  const before = openDataFolder(path);
  const secrets = before.readSecrets();
  before.writeDevelopment({ apiKey: 'k' });
  before.release();

  const after = openDataFolder(path, { reset: true });
  for (const name of ['dynamodb', 's3', 'sqs', 'development.json']) {
    expect(existsSync(join(path, name))).toBe(false);
  }
  expect(after.readSecrets()).not.toEqual(secrets);
  expect(existsSync(join(path, 'holiday.jpg'))).toBe(true);
  after.release();
});

test('reset of a folder in use deletes nothing', async () => {
  const path = makeTemporaryFolder();
  mkdirSync(join(path, 'sqs'));
  const holder = await holdElsewhere(path);
  expect(catchError(() => openDataFolder(path, { reset: true }))).toMatchObject({ code: 'IN_USE' });
  expect(existsSync(join(path, 'sqs'))).toBe(true);
  holder.kill('SIGKILL');
  await once(holder, 'close');
});

test.runIf(existsSync('/proc/self'))(
  'a file system that makes no folders is refused, not tried for ever',
  () => {
    expect(catchError(() => openDataFolder('/proc/loupe'))).toMatchObject({ code: 'UNWRITABLE' });
  },
);

test('a folder that cannot be written is named in one sentence with a way out', () => {
  const file = join(makeTemporaryFolder(), 'file');
  writeFileSync(file, '');
  const path = join(file, 'data');
  expect(catchError(() => openDataFolder(path))).toMatchObject({
    code: 'UNWRITABLE',
    message: expect.stringMatching(
      /^The data folder .*file\/data cannot be written .*Choose another with --data/,
    ),
  });
});
