import type { Context } from './context.ts';

export interface OptionDescription {
  readonly type: 'string' | 'boolean';
  readonly about: string;
}

/** What a command found or did. */
export interface Report {
  /** Whether everything is as it should be; decides the exit code. */
  readonly ok: boolean;
  /** For programs: printed by `--json`. */
  readonly data: object;
  /** For people. */
  readonly lines: readonly string[];
}

/** A command as it was called. */
export interface Input {
  readonly stage: string;
  readonly arguments: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** Whether a command that changes something may do so: `--yes`. */
  readonly apply: boolean;
}

export interface Command {
  /** How it is called, e.g. `dead-letters redrive`. */
  readonly name: string;
  /** Names of its arguments, each of them needed. */
  readonly arguments: readonly string[];
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionDescription>>;
  /** It changes something, so it only says what it would do unless `--yes` is given. */
  readonly changes: boolean;
  readonly run: (input: Input, context: Context) => Promise<Report>;
}

/** A mistake of the caller's, told without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The value of an option that takes one. */
export function readText({ values }: Input, option: string): string | undefined {
  const value = values[option];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a command that changes something says before it does. */
export function describeDryRun(lines: readonly string[], data: object): Report {
  return {
    ok: true,
    data: { dryRun: true, ...data },
    lines: [...lines, 'Nothing was changed. Add --yes to do it.'],
  };
}
