import { UsageError } from './command.ts';
import { type Context, createContext } from './context.ts';
import { parseCall } from './parse.ts';

/** Where a command line's words, settings and tools come from, and where its answer goes. */
export interface Shell extends Pick<Context, 'environment' | 'clock' | 'runTool'> {
  readonly args: readonly string[];
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Runs one command line. @returns the exit code: 0 as it should be, 1 not, 2 called wrongly */
export async function runOps(shell: Shell): Promise<number> {
  try {
    const call = parseCall(shell.args, shell.environment);
    if (typeof call === 'string') {
      shell.print(call);
      return 0;
    }
    const context = createContext(shell);
    try {
      const { ok, data, lines } = await call.command.run(call.input, context);
      shell.print(call.json ? `${JSON.stringify({ ok, ...data })}\n` : `${lines.join('\n')}\n`);
      return ok ? 0 : 1;
    } finally {
      context.close();
    }
  } catch (error) {
    if (error instanceof UsageError) {
      shell.complain(`${error.message}\n`);
      return 2;
    }
    shell.complain(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
    return 1;
  }
}
