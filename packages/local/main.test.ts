import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output };
}

async function runToEnd(...args: string[]) {
  const { child, output } = run(...args);
  const [code] = await once(child, 'close');
  return { code, ...output };
}

async function startReady(...args: string[]) {
  const { child, output } = run('--ready-json', '--port', '0', ...args);
  while (!output.stdout.includes('\n')) {
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'close')]);
    if (child.exitCode !== null) throw new Error(output.stderr);
  }
  return { child, output, ready: JSON.parse(output.stdout) };
}

test('--help answers and ends well', async () => {
  const { code, stdout } = await runToEnd('--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Usage: npm start/);
});

test('an unknown option is one sentence and exit code 1', async () => {
  expect(await runToEnd('--verbose')).toEqual({
    code: 1,
    stdout: '',
    stderr: "Unknown option '--verbose'. See --help.\n",
  });
});

test('a taken port is one sentence and exit code 1', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  onTestFinished(() => void blocker.close());
  const { port } = blocker.address() as AddressInfo;
  const { code, stderr } = await runToEnd('--port', String(port), '--data', makeTemporaryFolder());
  expect(code).toBe(1);
  expect(stderr).toBe(
    `Port ${port}, wanted for api, is taken by another program. Choose another port; 0 takes a free one.\n`,
  );
});

test('ready means one line of JSON; a second start on the data names the first; SIGTERM ends it well', async () => {
  const data = join(makeTemporaryFolder(), 'data');
  const { child, ready } = await startReady('--data', data);
  expect(ready).toMatchObject({
    endpoints: { api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
    operatorKey: expect.stringMatching(/^[0-9a-f]{64}$/),
    environment: { LOUPE_TABLE: 'loupe', LOUPE_BUCKET: 'loupe-samples', LOUPE_STAGE: 'local' },
  });
  expect((await fetch(`${ready.endpoints.api}/explorer`)).status).toBe(200);

  const second = await runToEnd('--port', '0', '--data', data);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`in use by process ${child.pid}.`);

  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('after kill -9 the next start has the same secrets', async () => {
  const data = makeTemporaryFolder();
  const first = await startReady('--data', data);
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  const second = await startReady('--data', data);
  expect(second.ready.operatorKey).toBe(first.ready.operatorKey);
});
