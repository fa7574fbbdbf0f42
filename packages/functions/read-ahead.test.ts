import { expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

it('gives what it reads in order, whoever is ready first, and never reads more than so many at once', async () => {
  let [reading, most] = [0, 0];
  const read = async (item: number) => {
    most = Math.max(most, ++reading);
    for (let turn = 0; turn < 10 - item; turn++) await undefined;
    reading--;
    return item;
  };
  expect(await Array.fromAsync(readAhead([0, 1, 2, 3, 4, 5, 6], 3, read))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(most).toBe(3);
});

it('throws what a reading throws when its turn has come, and leaves no rejection of others behind', async () => {
  const seen: number[] = [];
  const reading = async () => {
    for await (const item of readAhead([0, 1, 2], 3, async (one) => {
      if (one > 0) throw new Error(`No ${one}.`);
      return one;
    })) {
      seen.push(item);
    }
  };
  await expect(reading()).rejects.toThrow('No 1.');
  expect(seen).toEqual([0]);
});
