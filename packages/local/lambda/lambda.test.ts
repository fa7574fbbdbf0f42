import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFaults, type FaultName } from '../faults.ts';
import { catchFailure, host } from '../testing/lambda.ts';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { LambdaOptions } from './index.ts';
import { watchHandlers } from './watch.ts';

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
