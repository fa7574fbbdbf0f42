/** Structured log lines: one JSON object each, with the step's fields and the operation's dotted name. */
import { findStep } from './step.ts';

export function logError(
  operation: string,
  error: unknown,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  const details =
    error instanceof Error
      ? { error: error.name, message: error.message, stack: error.stack }
      : { error: 'Unknown', message: String(error) };
  write({ level: 'ERROR', operation, ...fields, ...details });
}

export function logInfo(operation: string, fields: Readonly<Record<string, unknown>>): void {
  write({ level: 'INFO', operation, ...fields });
}

function write(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ...line, ...findStep()?.fields })}\n`);
}
