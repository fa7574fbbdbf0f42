import { runOps } from '@loupe/cli/ops';
import { vi } from 'vitest';

export interface OpsResult {
  readonly code: number;
  /** What `--json` printed; empty when it printed nothing. */
  readonly json: Record<string, unknown>;
  readonly stderr: string;
}

/** What another program that a command runs answers. */
export type Tool = (
  file: string,
  args: readonly string[],
) => { readonly status: number; readonly stdout: string; readonly stderr?: string };

/** Runs operating commands in this process, in an environment of these variables, which the AWS SDK reads too. */
export function createOps(environment: Readonly<Record<string, string>>, tool?: Tool) {
  return async (...args: readonly string[]): Promise<OpsResult> => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const [printed, complained]: [string[], string[]] = [[], []];
    try {
      const code = await runOps({
        args: [...args, '--json'],
        environment,
        clock: Date.now,
        runTool: async (file, toolArgs) => {
          if (!tool) throw new Error(`${file} ${toolArgs.join(' ')} was not expected.`);
          return { stderr: '', ...tool(file, toolArgs) };
        },
        print: (text) => void printed.push(text),
        complain: (text) => void complained.push(text),
      });
      const [text = '{}'] = printed;
      return { code, json: JSON.parse(text), stderr: complained.join('') };
    } finally {
      vi.unstubAllEnvs();
    }
  };
}
