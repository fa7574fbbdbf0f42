import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** An orderly end takes a fifth of a second; what takes longer than this has hung. */
const STOP_LIMIT_MS = 15_000;
const root = join(import.meta.dirname, '..', '..');

export interface LocalServiceOptions {
  /** Where everything is kept. */
  readonly dataDir: string;
  /** Further command-line arguments of `npm start`. */
  readonly args?: readonly string[];
  /** Variables laid over this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A Loupe service in a process of its own, spoken to over HTTP alone. */
export interface LocalService {
  /** Address of the GraphQL API. */
  readonly url: string;
  readonly endpoints: {
    readonly api: string;
    readonly dynamodb: string;
    readonly s3: string;
    readonly sqs: string;
  };
  readonly operatorKey: string;
  /** Ends it in an orderly way; by force when it has not ended after 15 seconds. */
  readonly stop: () => Promise<void>;
  /** Ends it as a power cut would: SIGKILL. */
  readonly kill: () => Promise<void>;
}

/**
 * Starts `npm start` as a child process and waits until it serves.
 * @throws Error with what the process said when it ends before that
 */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const args = ['--data', options.dataDir, '--ready-json', '--quiet', ...(options.args ?? [])];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'packages', 'local', 'main.ts'), ...args],
    // biome-ignore lint/style/noProcessEnv: the child inherits what this process was given
    { cwd: root, env: { ...process.env, ...options.environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ready = await readReadyLine(child);
  return {
    url: `${ready.endpoints.api}/graphql`,
    endpoints: ready.endpoints,
    operatorKey: ready.operatorKey,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

async function readReadyLine(child: ChildProcess): Promise<Pick<LocalService, 'endpoints' | 'operatorKey'>> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('The service has no output to read.');
  let complaint = '';
  stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000);
  });
  for await (const line of createInterface({ input: stdout })) {
    if (line.startsWith('{')) {
      stdout.resume();
      return JSON.parse(line);
    }
  }
  throw new Error(`The service ended before it was ready. ${complaint.trim()}`);
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(limit);
}
