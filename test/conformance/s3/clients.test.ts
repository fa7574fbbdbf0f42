/**
 * Clients that share no code with the AWS SDK for JavaScript: rclone, written in Go, and boto3, in Python. Both are in
 * Debian as `rclone` and `python3-boto3`; where one is absent its test is skipped and says so.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BUCKET,
  CREDENTIALS,
  REGION,
  startServer,
  type TestServer,
} from '../../../packages/local/s3/testing/server.ts';

/** Without this machine's own settings for AWS. */
const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin' };
const run = (file: string, args: readonly string[]) =>
  promisify(execFile)(file, args, { env, timeout: 50_000 });
const isThere = (file: string, args: string[]) =>
  run(file, args).then(
    () => true,
    () => false,
  );
const hasRclone = await isThere('rclone', ['version']);
const hasBoto3 = await isThere('python3', ['-c', 'import boto3']);

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'loupe-s3-clients-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

function readFolder(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [file.slice(path.length), readFileSync(file, 'base64')] as const;
    }),
  );
}

describe(hasRclone ? 'rclone' : 'rclone is not installed (apt-get install rclone)', () => {
  it.runIf(hasRclone)('brings a folder there and back, in parts and whole', { timeout: 60_000 }, async () => {
    const source = join(folder, 'source');
    const names = ['a b+c', 'ü/写真 📷', "it's (1) [2] &<>", 'deep/er/and deeper', 'empty'];
    for (const [index, name] of names.entries()) {
      mkdirSync(dirname(join(source, name)), { recursive: true });
      writeFileSync(join(source, name), randomBytes(name === 'empty' ? 0 : 1000 * (index + 1)));
    }
    // Above the cutoff: three parts.
    writeFileSync(join(source, 'large'), randomBytes(12_000_000));
    const rclone = (...args: string[]) =>
      run('rclone', [
        ...args,
        ...['--config', '', '--s3-provider', 'Other', '--s3-endpoint', server.endpoint],
        ...['--s3-access-key-id', CREDENTIALS.accessKeyId],
        ...['--s3-secret-access-key', CREDENTIALS.secretAccessKey, '--s3-region', REGION],
        ...[
          '--s3-no-check-bucket',
          '--s3-list-version',
          '2',
          '--s3-upload-cutoff',
          '5Mi',
          '--s3-chunk-size',
          '5Mi',
          '--retries',
          '1',
        ],
      ]);
    const remote = `:s3:${BUCKET}/rclone`;
    await rclone('copy', source, remote);
    await rclone('check', source, remote, '--download');
    await rclone('copy', remote, join(folder, 'back'));
    expect(readFolder(join(folder, 'back'))).toEqual(readFolder(source));
    await rclone('move', `${remote}/large`, `:s3:${BUCKET}/moved`);
    await rclone('delete', remote);
    const { stdout } = await rclone('lsf', '-R', '--files-only', `:s3:${BUCKET}`);
    expect(stdout).toBe('moved/large\n');
  });
});

describe(hasBoto3 ? 'boto3' : 'boto3 is not installed (apt-get install python3-boto3)', () => {
  it.runIf(hasBoto3)('finds every answer as it should be', { timeout: 60_000 }, async () => {
    const { accessKeyId, secretAccessKey } = CREDENTIALS;
    const program = join(import.meta.dirname, 'boto3-client.py');
    const { stdout } = await run('python3', [
      program,
      server.endpoint,
      REGION,
      accessKeyId,
      secretAccessKey,
      BUCKET,
    ]);
    expect(stdout.trim().split('\n')).toEqual([
      'objects',
      'multipart',
      'presigned',
      'form',
      'listing',
      'tags',
      'errors',
    ]);
  });
});
