import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';

/**
 * A process of Node that ends with the test at the latest, however the test ends. Its errors come through a pipe of its
 * own: one that held this process's stderr would keep the test run from ending.
 */
export function startChild(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.pipe(process.stderr, { end: false });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** What the child writes first, e.g. its address; throws when it ends without a word. */
export async function readFirstOutput(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process ended with ${code}.`);
  });
  ended.catch(() => undefined);
  const [text] = await Promise.race([once(child.stdout, 'data'), ended]);
  return String(text).trim();
}
