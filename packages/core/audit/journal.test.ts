import { expect, test } from 'vitest';
import type { RowKey, Table } from '../platform/index.ts';
import { sealWrite } from '../platform/table.ts';
import { keepJournal } from './journal.ts';

const keyOf = (id: string, sk = '#'): RowKey => ({ pk: `ten_1#sample#${id}`, sk });

/** A journal over rows in memory. */
function open(rows: Readonly<Record<string, object>>) {
  const find = ({ pk }: RowKey) => rows[pk.split('#')[2] ?? ''];
  const table = {
    get: async (key: RowKey) => find(key),
    getMany: async (keys: readonly RowKey[]) => keys.map(find),
    transact: async () => undefined,
  } as unknown as Table;
  return keepJournal(table);
}

const replace = (id: string, body: object, sk?: string) =>
  sealWrite({ kind: 'replace', key: keyOf(id, sk), body, placement: {}, expectedRev: 1 });

test('a row that was read and replaced is noted as it was and as it is, and as it is again', async () => {
  const { table, listChanges } = open({ a: { rev: 1 }, b: { rev: 1 } });
  await table.getMany([keyOf('a'), keyOf('b')]);
  await table.transact([replace('a', { rev: 2 })]);
  await table.transact([sealWrite({ kind: 'delete', key: keyOf('a') })]);
  expect(listChanges()).toEqual([
    { id: 'a', before: { rev: 1 }, after: { rev: 2 } },
    { id: 'a', before: { rev: 2 }, after: undefined },
  ]);
});

test('a row that is made has no before, whatever was read', async () => {
  const { table, listChanges } = open({ a: { rev: 1 } });
  await table.get(keyOf('a'));
  await table.transact([
    sealWrite({ kind: 'create', key: keyOf('a'), body: { rev: 1 }, placement: {} }),
    sealWrite({ kind: 'add', key: keyOf('b'), amounts: { used: 1 } }),
    replace('a', { rev: 1 }, 'counts#1'),
  ]);
  expect(listChanges()).toEqual([{ id: 'a', before: undefined, after: { rev: 1 } }]);
});

test('what was not written is not noted', async () => {
  const { table, listChanges } = keepJournal({
    transact: () => Promise.reject(new Error('refused')),
  } as unknown as Table);
  await expect(table.transact([replace('a', {})])).rejects.toThrow('refused');
  expect(listChanges()).toEqual([]);
});
