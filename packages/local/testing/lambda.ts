import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createLambda, FunctionError, type Lambda, type LambdaOptions } from '../lambda/index.ts';

export interface Host {
  readonly lambda: Lambda;
  readonly lines: string[];
  /** Invokes the fixture handler under test. */
  invoke(event?: unknown): Promise<unknown>;
}

/** The one function `subject`, a handler of `lambda/fixtures` unless `options` name another root. */
export function host(handler: string, options: Partial<LambdaOptions> = {}, timeoutSeconds = 10): Host {
  const lines: string[] = [];
  const lambda = createLambda({
    functions: [{ name: 'subject', handler, timeoutSeconds, memoryMb: 64 }],
    root: fileURLToPath(new URL('../lambda/fixtures', import.meta.url)),
    region: 'eu-west-1',
    accountId: '000000000000',
    environment: { GREETING: 'hello' },
    log: (name, line) => lines.push(`${name}: ${line}`),
    ...options,
  });
  onTestFinished(() => lambda.stop());
  return { lambda, lines, invoke: (event = {}) => lambda.invoke('subject', event) };
}

export async function catchFailure(invocation: Promise<unknown>): Promise<FunctionError> {
  const reason = await invocation.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (reason instanceof FunctionError) return reason;
  throw new Error(`Expected a FunctionError, got ${String(reason)}`);
}
