import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

it('ends a run whose file hangs in an endless loop, and names file and test', async () => {
  const config = join(root, 'test', 'fixtures', 'hanging', 'vitest.config.ts');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--config', config], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(complaint).toContain('HANGS: endless.ts, not done after 2 s, in: a suite > with an endless loop');
  expect(code).toBe(1);
}, 60_000);
