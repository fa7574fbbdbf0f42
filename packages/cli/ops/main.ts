/** `npm run -s ops`: the runbook's commands. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { ToolResult } from './context.ts';
import { environment } from './environment.ts';
import { runOps } from './run.ts';

async function runTool(file: string, args: readonly string[]): Promise<ToolResult> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { status: typeof code === 'number' ? code : 1, stdout, stderr };
}

process.exitCode = await runOps({
  args: process.argv.slice(2),
  environment,
  clock: Date.now,
  runTool,
  print: (line) => void process.stdout.write(line),
  complain: (line) => void process.stderr.write(line),
});
