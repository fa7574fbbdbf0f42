import { expect, test } from 'vitest';
import { catchFailure, host } from '../../../packages/local/testing/lambda.ts';
import { waitUntil } from '../../../packages/local/testing/wait-until.ts';

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
  // Long beside the difference between two cold starts, or one instance would be done before the other begins.
  const answers = await Promise.all([1, 2, 3, 4].map(() => invoke({ milliseconds: 1500 })));
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
  expect(performance.now() - started).toBeLessThan(10_000);
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

test('stopping ends what runs and does not wait for it', async () => {
  const { lambda, invoke } = host('handlers.ts#loopForever');
  const failing = catchFailure(invoke());
  await new Promise((resolve) => setTimeout(resolve, 300));
  const started = performance.now();
  await lambda.stop();
  // How fast is measured by the benchmark of the local cloud's start and stop; the handler would never end.
  expect(performance.now() - started).toBeLessThan(5000);
  expect(await failing).toMatchObject({ errorType: 'Runtime.Stopped' });
});
