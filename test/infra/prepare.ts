import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inheritEnvironment } from './environment.ts';
import { platform, root, tools } from './paths.ts';

function readVersion(manifest: string): string | undefined {
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}

function run(what: string, command: string, args: readonly string[], cwd: string): void {
  process.stdout.write(`${what} …\n`);
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    env: inheritEnvironment(),
  });
  if (status === 0) return;
  throw new Error(
    `${command} ${args.join(' ')} failed (${error?.message ?? `exit ${status}`}). Is the npm registry reachable?`,
  );
}

/** Brings what the checks need and the project itself does not: SST's platform and AWS's runtime client. */
export function prepare(): void {
  const wanted = JSON.parse(readFileSync(join(tools, 'package.json'), 'utf8'));
  const sstVersion: string = wanted.dependencies.sst;

  if (readVersion(join(tools, 'node_modules', 'sst', 'package.json')) !== sstVersion) {
    run(
      'Installing SST and the Lambda runtime client (once; about 90 s)',
      'npm',
      ['install', '--no-audit', '--no-fund', '--loglevel=error'],
      tools,
    );
  }
  const unpacked = join(platform, 'version');
  if (!existsSync(unpacked) || readFileSync(unpacked, 'utf8').trim() !== sstVersion) {
    rmSync(join(root, '.sst'), { recursive: true, force: true });
    run(
      'Unpacking the source of SST (once; about 40 s)',
      join(tools, 'node_modules', '.bin', 'sst'),
      ['install', '--stage', 'dev'],
      root,
    );
  }
}
