import { cpSync, readdirSync } from 'node:fs';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderError } from '../damage.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { createTemporaryFolder, removeFolder, startTestServer } from './test-server.ts';

const TableName = 'things';
const ITEMS = 250;
let sound: string;
let crashed: string;
let folder: string;

/** Enough to make LevelDB write a table file, then a little that is only in its log. */
async function fill(directory: string, whenFull: () => void | Promise<void>): Promise<void> {
  const server = await startTestServer(directory);
  for (let n = 0; n < ITEMS; n++) {
    const Item = { pk: 'a', sk: String(n), text: String(n).padEnd(20_000, 'x') };
    await server.documents.send(new PutCommand({ TableName, Item }));
  }
  await whenFull();
  await server.close();
}

beforeAll(async () => {
  sound = await createTemporaryFolder();
  crashed = await createTemporaryFolder();
  // What is on disk in the middle of a run is what a killed process leaves.
  await fill(sound, async () => {
    // The table file counts once the log that it replaces is gone.
    await waitUntil(() => {
      const files = readdirSync(sound);
      return (
        files.some((file) => file.endsWith('.ldb')) &&
        files.filter((file) => file.endsWith('.log')).length === 1
      );
    });
    cpSync(sound, crashed, { recursive: true });
  });
});

afterAll(() => Promise.all([removeFolder(sound), removeFolder(crashed)]));

beforeEach(async () => {
  folder = await createTemporaryFolder();
});

afterEach(() => removeFolder(folder));

const DAMAGES: Record<string, (path: string) => Promise<void>> = {
  emptied: (path) => truncate(path, 0),
  'cut in half': async (path) => truncate(path, Math.floor((await readFile(path)).length / 2)),
  'cut by a byte': async (path) => truncate(path, (await readFile(path)).length - 1),
  'changed by a bit': async (path) => {
    const content = await readFile(path);
    const middle = Math.floor(content.length / 2);
    content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
    await writeFile(path, content);
  },
};

async function damage(from: string, kind: RegExp, how: string): Promise<string> {
  cpSync(from, folder, { recursive: true });
  const name = (await readdir(folder)).toSorted().find((file) => kind.test(file)) ?? '';
  await DAMAGES[how]?.(join(folder, name));
  return join(folder, name);
}

describe.each([/^CURRENT$/, /^MANIFEST-/, /\.ldb$/, /\.log$/])('a file %s', (kind) => {
  it.each(Object.keys(DAMAGES))('%s is named at the next start, with how to go on', async (how) => {
    const path = await damage(sound, kind, how);
    const error = await startTestServer(folder).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataFolderError);
    expect(error).toMatchObject({ code: 'UNREADABLE' });
    expect((error as Error).message).toContain(`${path} `);
    expect((error as Error).message).toContain('npm start -- --reset');
  });
});

describe('after a crash', () => {
  it.each([
    [/^CURRENT$/, 'cut in half'],
    [/^CURRENT$/, 'changed by a bit'],
    [/^MANIFEST-/, 'emptied'],
    [/^MANIFEST-/, 'changed by a bit'],
  ])('damage to a file %s, %s, is a DataFolderError', async (kind, how) => {
    await damage(crashed, kind, how);
    await expect(startTestServer(folder)).rejects.toMatchObject({
      code: 'UNREADABLE',
      message: expect.stringContaining(folder),
    });
  });

  it.each([/^CURRENT$/, /\.ldb$/])('a missing file %s is a DataFolderError', async (kind) => {
    await rm(await damage(crashed, kind, ''));
    await expect(startTestServer(folder)).rejects.toMatchObject({
      code: 'UNREADABLE',
      message: expect.stringMatching(kind.source.includes('ldb') ? /\.ldb / : /CURRENT /),
    });
  });

  it('everything that was acknowledged is there', async () => {
    cpSync(crashed, folder, { recursive: true });
    const server = await startTestServer(folder);
    let count = 0;
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await server.documents.send(new ScanCommand({ TableName, ExclusiveStartKey }));
      count += page.Count ?? 0;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    await server.close();
    expect(count).toBe(ITEMS);
  });
});
