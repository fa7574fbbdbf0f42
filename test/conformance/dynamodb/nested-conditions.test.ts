import {
  type AttributeValue,
  ConditionalCheckFailedException,
  PutItemCommand,
  ScanCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Item, TableName, useService } from './service.ts';

const { client, put } = useService();
const Key = { pk: { S: 'nested' }, sk: { S: '1' } };
const item: Item = {
  ...Key,
  word: { S: 'hello' },
  five: { N: '5' },
  steps: { L: [{ N: '1' }, { M: { deep: { L: [] } } }] },
  doc: { M: { core: { S: 'x' }, 'odd.name': { NULL: true } } },
  blank: { M: {} },
};
beforeAll(() => put(item));

/** Whether a condition holds for the item, asked by a put, a filter and a transaction, which have to agree. */
async function holds(condition: string, values?: Item, stored = item): Promise<boolean> {
  const expression = { ExpressionAttributeValues: values };
  const byPut = await client()
    .send(new PutItemCommand({ TableName, Item: stored, ConditionExpression: condition, ...expression }))
    .then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(ConditionalCheckFailedException);
        return false;
      },
    );
  const { Count } = await client().send(
    new ScanCommand({ TableName, FilterExpression: condition, ...expression }),
  );
  const check = { TableName, Key, ConditionExpression: condition, ...expression };
  const byTransaction = await client()
    .send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: check }] }))
    .then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(TransactionCanceledException);
        return false;
      },
    );
  expect([byPut, Count === 1]).toEqual([byTransaction, byTransaction]);
  return byTransaction;
}

describe('lists and maps in conditions and filters', () => {
  it.each<[string, Item, boolean]>([
    ['steps = :v', { ':v': { L: [{ N: '1.0' }, { M: { deep: { L: [] } } }] } }, true],
    [':v = steps', { ':v': { L: [{ N: '1' }, { M: { deep: { L: [] } } }] } }, true],
    ['steps = :v', { ':v': { L: [{ M: { deep: { L: [] } } }, { N: '1' }] } }, false],
    ['steps = :v', { ':v': { L: [{ N: '1' }] } }, false],
    ['steps <> :v', { ':v': { L: [{ N: '1' }] } }, true],
    ['doc = :v', { ':v': { M: { 'odd.name': { NULL: true }, core: { S: 'x' } } } }, true],
    ['doc = :v', { ':v': { M: { core: { S: 'x' } } } }, false],
    ['doc <> :v', { ':v': { M: { core: { S: 'x' }, 'odd.name': { NULL: true } } } }, false],
    ['blank = :v', { ':v': { M: {} } }, true],
    ['blank = :v', { ':v': { L: [] } }, false],
    ['steps[1].deep = :v', { ':v': { L: [] } }, true],
    [
      'doc IN (:a, :b)',
      { ':a': { M: {} }, ':b': { M: { core: { S: 'x' }, 'odd.name': { NULL: true } } } },
      true,
    ],
    ['absent = :v', { ':v': { M: {} } }, false],
    ['absent <> :v', { ':v': { M: {} } }, true],
  ])('%s with %j is %s', async (condition, values, expected) => {
    expect(await holds(condition, values)).toBe(expected);
  });

  it('a stored value equals itself, and another value only if it is the same', async () => {
    await fc.assert(
      fc.asyncProperty(value(), value(), async (left, right) => {
        const stored = { ...Key, thing: left };
        await put(stored);
        expect(await holds('thing = :v', { ':v': left }, stored)).toBe(true);
        expect(await holds('NOT thing <> :v', { ':v': right }, stored)).toBe(
          normalise(left) === normalise(right),
        );
      }),
      { numRuns: 30 },
    );
    await put(item);
  });
});

describe('operands that are absent', () => {
  it.each<[string, Item | undefined, boolean]>([
    ['absent = lacking', undefined, false],
    ['absent <> lacking', undefined, true],
    ['absent <= lacking', undefined, false],
    ['word IN (absent, :w)', { ':w': { S: 'hello' } }, true],
    ['word IN (absent, lacking)', undefined, false],
    ['absent IN (lacking)', undefined, false],
    ['five BETWEEN :n AND absent', { ':n': { N: '1' } }, false],
    ['begins_with(word, absent)', undefined, false],
    ['begins_with(absent, lacking)', undefined, false],
    ['contains(word, absent)', undefined, false],
    ['size(absent) = size(lacking)', undefined, false],
    ['NOT word = absent', undefined, true],
  ])('%s with %j is %s', async (condition, values, expected) => {
    expect(await holds(condition, values)).toBe(expected);
  });
});

/** Attribute values of few kinds, so that equal ones come up. */
function value(): fc.Arbitrary<AttributeValue> {
  return fc.letrec<{ value: AttributeValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom('', 'a').map((S) => ({ S })),
      fc.constantFrom('1', '1.0', '-2').map((N) => ({ N })),
      fc.boolean().map((BOOL) => ({ BOOL })),
      fc.constant({ NULL: true as const }),
      fc.subarray(['a', 'b'], { minLength: 1 }).map((SS) => ({ SS })),
      fc.array(tie('value'), { maxLength: 2 }).map((L) => ({ L })),
      fc.dictionary(fc.constantFrom('k', 'l.m'), tie('value'), { maxKeys: 2 }).map((M) => ({ M })),
    ),
  })).value;
}

/** The same text for values that DynamoDB holds equal. */
function normalise({ N, SS, L, M, ...rest }: AttributeValue): string {
  if (N !== undefined) return `N${Number(N)}`;
  if (SS !== undefined) return `SS${[...SS].sort()}`;
  if (L !== undefined) return `[${L.map(normalise)}]`;
  if (M === undefined) return JSON.stringify(rest);
  return `{${Object.keys(M)
    .sort()
    .map((key) => `${key}:${normalise(M[key] as AttributeValue)}`)}}`;
}
