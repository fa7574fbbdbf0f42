import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { listGroup } from './list-group.ts';

export interface Phase {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Variables laid over this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** It is ended after this time. */
  readonly limitSeconds: number;
}

export interface PhaseResult {
  readonly ok: boolean;
  /** Everything it printed. */
  readonly output: string;
}

/** What a process may take to end itself once it was asked to, e.g. to say where it hangs. */
const GRACE_MS = 10_000;
/** What is printed before the end reaches the reader within this time, even while a leftover holds the pipe. */
const DRAIN_MS = 500;

/**
 * Runs a command in a process group of its own and shows what it prints. It ends when the command itself does, whatever
 * the command left running, or at the limit; then nothing of the group lives on.
 */
export async function runPhase(phase: Phase, write: (text: string) => void): Promise<PhaseResult> {
  const [file, ...args] = phase.command;
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // biome-ignore lint/style/noProcessEnv: the command inherits what this process was given
    env: { ...process.env, ...phase.environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      write(text);
    });
  }
  const say = (text: string) => write(`\n${phase.name}: ${text}\n`);

  let hung = false;
  const limit = setTimeout(() => {
    hung = true;
    say(`HANGS: not done after ${phase.limitSeconds} s, so it is ended. Running at that time:`);
    write(`${describeGroup(child.pid)}\n`);
    signalGroup(child.pid, 'SIGTERM');
  }, phase.limitSeconds * 1000);
  const kill = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), phase.limitSeconds * 1000 + GRACE_MS);
  const endByUs = () => signalGroup(child.pid, 'SIGKILL');
  process.once('exit', endByUs);

  const closed = once(child, 'close').catch(() => undefined);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      say(error.message);
      resolve(1);
    });
    child.once('exit', resolve);
  });
  clearTimeout(limit);
  clearTimeout(kill);
  await Promise.race([closed, delay(DRAIN_MS)]);

  const left = describeGroup(child.pid);
  if (left !== '' && !hung) say(`left these processes running; they are ended:\n${left}`);
  signalGroup(child.pid, 'SIGKILL');
  process.off('exit', endByUs);
  child.stdout.destroy();
  child.stderr.destroy();
  return { ok: code === 0 && !hung, output };
}

function describeGroup(pid: number | undefined): string {
  return pid === undefined ? '' : listGroup(pid).join('\n');
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}
