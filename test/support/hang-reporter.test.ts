import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** What a run of one file that hangs complains of, and the code it ends with. */
async function runHanging(file: string) {
  const config = join(root, 'test', 'fixtures', 'hanging', 'vitest.config.ts');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', file, '--config', config], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own, for what it leaves behind.
    detached: true,
  });
  onTestFinished(() => killGroup(child.pid));
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { complaint, code };
}

function killGroup(id: number | undefined): void {
  try {
    if (id !== undefined) process.kill(-id, 'SIGKILL');
  } catch {
    // Nothing was left.
  }
}

it('ends a run whose file hangs in an endless loop, and names file and test', async () => {
  const { complaint, code } = await runHanging('endless.ts');
  expect(complaint).toContain('HANGS: endless.ts, not done after 2 s, in: a suite > with an endless loop');
  expect(code).toBe(1);
}, 60_000);

it('ends a run that cannot end because a test left a process behind', async () => {
  const { complaint, code } = await runHanging('leaving.ts');
  expect(complaint).toContain('HANGS: the run, after its last file');
  expect(code).toBe(1);
}, 60_000);
