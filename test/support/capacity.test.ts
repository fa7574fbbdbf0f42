import { resources } from '@loupe/core/resources';
import { describe, expect, test } from 'vitest';
import { createCapacityMeter, measureItem } from './capacity.ts';

const [table] = resources.tables;
const text = (length: number) => ({ S: 'x'.repeat(length) });
const key = { pk: { S: 'p' }, sk: { S: '#' } };

function measure(count: (meter: ReturnType<typeof createCapacityMeter>) => void) {
  if (!table) throw new Error('There is no table.');
  const meter = createCapacityMeter(table);
  count(meter);
  return meter.units();
}

describe('the size of an item', () => {
  test('is that of its names and values', () => {
    // Counted by hand: 2 + 1, 2 + 1, 4 + 3 (a number of three digits takes two bytes and one more).
    expect(measureItem({ ...key, size: { N: '123' } })).toBe(3 + 3 + 4 + 3);
    // 4 + 3 for the list, and 1 + 2 for its member.
    expect(measureItem({ list: { L: [{ S: 'ab' }] } })).toBe(4 + 3 + 1 + 2);
  });
});

describe('request units', () => {
  test('a row of 1.5 KB in no index is two written, four in a transaction', () => {
    const Item = { ...key, body: text(1500) };
    expect(measure((meter) => meter.count('PutItem', { Item }, {}))).toEqual({
      read: 0,
      write: 2,
    });
    const TransactItems = [{ Put: { Item } }];
    expect(measure((meter) => meter.count('TransactWriteItems', { TransactItems }, {}))).toEqual({
      read: 0,
      write: 4,
    });
  });

  test('an index takes one write for a new entry, two for one whose key moves, none for one that stays', () => {
    const entry = (dueSk: string) => ({ ...key, duePk: { S: 'due#1' }, dueSk: { S: dueSk } });
    const put = (dueSk: string, note: string) => ({ Item: { ...entry(dueSk), note: { S: note } } });
    expect(measure((meter) => meter.count('PutItem', put('1', 'a'), {}))).toEqual({
      read: 0,
      write: 2,
    });
    expect(
      measure((meter) => {
        meter.count('PutItem', put('1', 'a'), {});
        meter.count('PutItem', put('2', 'a'), {});
        // The index has keys alone: what else the row says is not in it.
        meter.count('PutItem', put('2', 'b'), {});
      }),
    ).toEqual({ read: 0, write: 2 + 3 + 1 });
  });

  test('a consistent read of 5 KB is two, one that may be stale half as many', () => {
    const response = { Item: { ...key, body: text(5000) } };
    const read = (ConsistentRead: boolean) =>
      measure((meter) => meter.count('GetItem', { ConsistentRead }, response));
    expect(read(true)).toEqual({ read: 2, write: 0 });
    expect(read(false)).toEqual({ read: 1, write: 0 });
  });
});
