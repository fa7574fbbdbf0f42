import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Platform } from '../platform/index.ts';
import { openLocalPlatform } from '../testing/open-local-platform.ts';
import { openSharedStates } from './share-state.ts';

let platform: Platform;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ platform, close } = await openLocalPlatform(Date.now));
});
afterAll(() => close());

it('changes of many workers at once all count', async () => {
  const workers = Array.from({ length: 8 }, () => openSharedStates<{ calls: number }>(platform, 'pace'));

  const seen = await Promise.all(
    workers.flatMap((states) =>
      Array.from({ length: 3 }, () =>
        states.update('k', (state) => {
          const calls = (state?.calls ?? 0) + 1;
          return { state: { calls }, result: calls };
        }),
      ),
    ),
  );

  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  expect(await workers[0]?.read('k')).toEqual({ calls: 24 });
}, 30_000);

it('a step that changes nothing writes nothing', async () => {
  const states = openSharedStates<{ calls: number }>(platform, 'pace');

  expect(await states.update('none', (state) => ({ state, result: 'seen' }))).toBe('seen');
  expect(await states.read('none')).toBeUndefined();
});

it('a state of one kind or key is not that of another', async () => {
  await openSharedStates<{ a: number }>(platform, 'pace').update('x', () => ({ state: { a: 1 }, result: 0 }));

  expect(await openSharedStates(platform, 'pace').read('y')).toBeUndefined();
  expect(await openSharedStates(platform, 'other').read('x')).toBeUndefined();
});

it('are found by the register of their keys, which names each once', async () => {
  const states = openSharedStates<{ a: number }>(platform, 'listed');
  for (const key of ['one', 'two', 'two']) await states.update(key, () => ({ state: { a: 1 }, result: 0 }));

  const rows = await platform.table.listWithKeys('operator#listedKeys#all', '');
  expect(rows.map(({ sk }) => sk)).toEqual(['one', 'two']);
});
