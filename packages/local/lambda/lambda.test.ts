import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createFaults, type FaultName } from '../faults.ts';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { createLambda, FunctionError, type Lambda, type LambdaOptions } from './index.ts';
import { watchHandlers } from './watch.ts';

interface Host {
  readonly lambda: Lambda;
  readonly lines: string[];
  /** Invokes the fixture handler under test. */
  invoke(event?: unknown): Promise<unknown>;
}

function host(handler: string, options: Partial<LambdaOptions> = {}, timeoutSeconds = 10): Host {
  const lines: string[] = [];
  const lambda = createLambda({
    functions: [{ name: 'subject', handler, timeoutSeconds, memoryMb: 64 }],
    root: fileURLToPath(new URL('./fixtures', import.meta.url)),
    region: 'eu-west-1',
    accountId: '000000000000',
    environment: { GREETING: 'hello' },
    log: (name, line) => lines.push(`${name}: ${line}`),
    ...options,
  });
  onTestFinished(() => lambda.stop());
  return { lambda, lines, invoke: (event = {}) => lambda.invoke('subject', event) };
}

async function catchFailure(invocation: Promise<unknown>): Promise<FunctionError> {
  const reason = await invocation.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (reason instanceof FunctionError) return reason;
  throw new Error(`Expected a FunctionError, got ${String(reason)}`);
}

test('a handler gets the event, the context and its own environment alone', async () => {
  const { invoke } = host('handlers.ts#describe');
  const answer = await invoke({ a: [1, null] });
  expect(answer).toMatchObject({
    event: { a: [1, null] },
    functionName: 'subject',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:subject',
    memory: '64',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    environment: { GREETING: 'hello', AWS_LAMBDA_FUNCTION_NAME: 'subject' },
  });
  expect(answer).not.toHaveProperty('environment.PATH');
  expect((answer as { remaining: number }).remaining).toBeGreaterThan(9000);
  expect((answer as { remaining: number }).remaining).toBeLessThanOrEqual(10_000);
});

test('one after the other, invocations find the same warm instance', async () => {
  const { invoke } = host('handlers.ts#rest');
  expect(await invoke({ milliseconds: 0 })).toBe(1);
  expect(await invoke({ milliseconds: 0 })).toBe(2);
});

test('at the same time, invocations get instances of their own, up to the pool, and the others wait', async () => {
  const { invoke } = host('handlers.ts#rest', { workersPerFunction: 2 });
  const answers = await Promise.all([1, 2, 3, 4].map(() => invoke({ milliseconds: 50 })));
  expect(answers.sort()).toEqual([1, 1, 2, 2]);
});

test('an idle instance is recycled', async () => {
  const { invoke } = host('handlers.ts#rest', { idleMs: 20 });
  expect(await invoke({ milliseconds: 0 })).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await invoke({ milliseconds: 0 })).toBe(1);
});

test('a thrown error fails the invocation with its type and message; the instance stays warm', async () => {
  const { invoke, lines } = host('handlers.ts#fail');
  expect(await catchFailure(invoke())).toMatchObject({
    errorType: 'TypeError',
    message: 'failed in invocation 1',
  });
  expect((await catchFailure(invoke())).message).toBe('failed in invocation 2');
  expect(lines[0]).toBe('subject: TypeError: failed in invocation 1');
});

test('process.exit fails the invocation, and the next one gets a fresh instance', async () => {
  const { invoke } = host('handlers.ts#exit');
  for (let round = 0; round < 2; round += 1) {
    expect(await catchFailure(invoke())).toMatchObject({
      errorType: 'Runtime.ExitError',
      message: 'Runtime exited with error: exit status 3',
    });
  }
});

test('an endless loop is killed at its timeout', async () => {
  const { invoke } = host('handlers.ts#loopForever', {}, 1);
  const started = performance.now();
  expect(await catchFailure(invoke())).toMatchObject({
    errorType: 'Sandbox.Timedout',
    message: 'Task timed out after 1 seconds',
  });
  expect(performance.now() - started).toBeLessThan(4000);
});

test('waiting for an instance does not count against the timeout', async () => {
  const { invoke } = host('handlers.ts#rest', { workersPerFunction: 1 }, 1);
  const answers = await Promise.all([1, 2, 3].map(() => invoke({ milliseconds: 600 })));
  expect(answers.sort()).toEqual([1, 2, 3]);
});

test('a handler that uses more than its memory fails alone', async () => {
  const { invoke } = host('handlers.ts#hoard');
  expect(await catchFailure(invoke())).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
});

test('an exception nobody catches fails the invocation', async () => {
  const { invoke } = host('handlers.ts#throwLater');
  expect(await catchFailure(invoke())).toMatchObject({
    errorType: 'RangeError',
    message: 'thrown from a timer',
  });
});

test('what a handler prints goes to the log, line by line', async () => {
  const { invoke, lines } = host('handlers.ts#print');
  await invoke();
  await waitUntil(() => lines.length === 2);
  expect(lines.sort()).toEqual(['subject: to stderr', 'subject: to stdout']);
});

test.each([
  ['a module that throws', 'broken-import.ts#handler', 'SyntaxError', /the module is broken/],
  ['a missing module', 'nowhere.ts#handler', 'Error', /Cannot find module .*nowhere\.ts/],
  ['a missing export', 'handlers.ts#nobody', 'Runtime.HandlerNotFound', /nobody is not a function/],
  [
    'an export that is no function',
    'handlers.ts#notAFunction',
    'Runtime.HandlerNotFound',
    /notAFunction is not/,
  ],
])('%s fails every invocation with the reason', async (_, handler, errorType, message) => {
  const { invoke } = host(handler);
  for (let round = 0; round < 2; round += 1) {
    const failure = await catchFailure(invoke());
    expect(failure.errorType).toBe(errorType);
    expect(failure.message).toMatch(message);
  }
});

test('an answer over 6 MiB is refused', async () => {
  const { invoke } = host('handlers.ts#answerAtLength');
  expect(await catchFailure(invoke())).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
});

test('no answer is null', async () => {
  const { invoke } = host('handlers.ts#answerNothing');
  expect(await invoke()).toBeNull();
});

test('stopping ends what runs, fast', async () => {
  const { lambda, invoke } = host('handlers.ts#loopForever');
  const failing = catchFailure(invoke());
  await new Promise((resolve) => setTimeout(resolve, 300));
  const started = performance.now();
  await lambda.stop();
  expect(performance.now() - started).toBeLessThan(200);
  expect(await failing).toMatchObject({ errorType: 'Runtime.Stopped' });
});

function breakAlways(fault: FaultName): Partial<LambdaOptions> {
  return { faults: createFaults({ seed: 1, rates: { [fault]: 1 } }) };
}

test.each([
  ['lambda.exit', { errorType: 'Runtime.ExitError', message: 'Runtime exited with error: exit status 1' }],
  ['lambda.freeze', { errorType: 'Sandbox.Timedout', message: 'Task timed out after 1 seconds' }],
  ['lambda.out-of-memory', { errorType: 'Runtime.OutOfMemory' }],
] as const)('%s ends a function in its middle, or instead of its answer', async (fault, failure) => {
  const { invoke } = host('handlers.ts#rest', breakAlways(fault), 1);
  expect(await catchFailure(invoke({ milliseconds: 0 }))).toMatchObject(failure);
  expect(await catchFailure(invoke({ milliseconds: 900 }))).toMatchObject(failure);
});

test('faults spare the functions they are told to spare', async () => {
  const { invoke } = host('handlers.ts#rest', {
    ...breakAlways('lambda.exit'),
    spared: new Set(['subject']),
  });
  expect(await invoke({ milliseconds: 0 })).toBe(1);
});

test('after a reload what runs ends on the old code, and the next invocation runs the new code', async () => {
  const root = makeTemporaryFolder();
  const write = (text: string) =>
    writeFileSync(
      join(root, 'handler.ts'),
      `export async function handler(ms: number) {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return '${text}';
      }`,
    );
  write('old');
  const { invoke, lambda } = host('handler.ts#handler', { root, workersPerFunction: 1 });
  expect(await invoke(0)).toBe('old');
  const running = invoke(500);
  await new Promise((resolve) => setTimeout(resolve, 100));
  write('new');
  lambda.reload();
  expect(await invoke(0)).toBe('new');
  expect(await running).toBe('old');
  expect(await invoke(0)).toBe('new');
});

test('a change of a source file is told once it rests; other files are not', async () => {
  const root = makeTemporaryFolder();
  mkdirSync(join(root, 'source', 'node_modules'), { recursive: true });
  const changed: string[] = [];
  const functions = [{ name: 'f', handler: 'source/f.ts#handler', timeoutSeconds: 1, memoryMb: 64 }];
  const { stop } = watchHandlers(root, functions, (file) => changed.push(file));
  onTestFinished(stop);
  for (const name of ['a.test.ts', 'notes.md', 'node_modules/b.ts', 'f.ts', 'f.ts']) {
    writeFileSync(join(root, 'source', name), name);
  }
  await waitUntil(() => changed.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(changed).toEqual([join('source', 'f.ts')]);
});
