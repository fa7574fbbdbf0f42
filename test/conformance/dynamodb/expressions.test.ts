import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Item, refuse, TableName, useService } from './service.ts';

const { client, put } = useService();
const Key = { pk: { S: 'expressions' }, sk: { S: '1' } };
const item: Item = {
  ...Key,
  word: { S: 'hello' },
  five: { N: '5' },
  yes: { BOOL: true },
  nothing: { NULL: true },
  bytes: { B: new Uint8Array([1, 2, 3]) },
  words: { SS: ['a', 'b'] },
  steps: { L: [{ N: '0' }, { S: 'one' }, { M: { deep: { N: '2' } } }] },
  doc: { M: { core: { S: 'x' }, other: { N: '1' } } },
};

beforeAll(() => put(item));

function update(UpdateExpression: string, values?: Item, names?: Record<string, string>, extra: object = {}) {
  return client().send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression,
      ExpressionAttributeValues: values,
      ExpressionAttributeNames: names,
      ...extra,
    }),
  );
}

describe('a condition', () => {
  async function holds(condition: string, values?: Item): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName,
      Key,
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
    });
    try {
      await client().send(command);
      await put(item);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(ConditionalCheckFailedException);
      return false;
    }
  }

  it.each<[string, Item | undefined, boolean]>([
    ['attribute_exists(word)', undefined, true],
    ['attribute_exists(doc.core)', undefined, true],
    ['attribute_not_exists(doc.absent)', undefined, true],
    ['attribute_exists(steps[3])', undefined, false],
    ['attribute_type(steps, :type)', { ':type': { S: 'L' } }, true],
    ['attribute_type(nothing, :type)', { ':type': { S: 'NULL' } }, true],
    ['begins_with(word, :start)', { ':start': { S: 'he' } }, true],
    ['begins_with(word, :start)', { ':start': { S: 'lo' } }, false],
    ['contains(word, :part)', { ':part': { S: 'ell' } }, true],
    ['contains(words, :part)', { ':part': { S: 'b' } }, true],
    ['contains(steps, :part)', { ':part': { S: 'one' } }, true],
    ['size(word) = :n', { ':n': { N: '5' } }, true],
    ['size(bytes) = :n', { ':n': { N: '3' } }, true],
    ['size(words) = :n', { ':n': { N: '2' } }, true],
    ['size(steps) > :n', { ':n': { N: '3' } }, false],
    ['five BETWEEN :low AND :high', { ':low': { N: '5' }, ':high': { N: '5.0' } }, true],
    ['five IN (:a, :b)', { ':a': { N: '4' }, ':b': { N: '5' } }, true],
    ['five IN (:a)', { ':a': { S: '5' } }, false],
    ['five = :n', { ':n': { N: '5.00' } }, true],
    ['five < :n', { ':n': { N: '10' } }, true],
    ['five < :n', { ':n': { S: '9' } }, false],
    ['absent <> :n', { ':n': { N: '1' } }, true],
    ['absent = :n', { ':n': { N: '1' } }, false],
    ['five BETWEEN absent AND :n', { ':n': { N: '9' } }, false],
    ['words = :set', { ':set': { SS: ['b', 'a'] } }, true],
    ['NOT five = :n', { ':n': { N: '1' } }, true],
    ['five = :n OR five = :n AND word = five', { ':n': { N: '5' } }, true],
    ['(five = :n OR five = :n) AND word = five', { ':n': { N: '5' } }, false],
    ['steps[2].deep = :n', { ':n': { N: '2' } }, true],
  ])('%s with %o: %s', async (condition, values, expected) => {
    expect(await holds(condition, values)).toBe(expected);
  });

  it.each<[string, Item | undefined, string]>([
    [
      'name = :n',
      { ':n': { N: '1' } },
      'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name',
    ],
    [
      '#n = :n',
      { ':n': { N: '1' } },
      'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #n',
    ],
    [
      'five = :m',
      { ':n': { N: '1' } },
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :m',
    ],
    [
      'attribute_exists(five)',
      { ':n': { N: '1' } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:n}',
    ],
    ['', undefined, 'Invalid ConditionExpression: The expression can not be empty;'],
    ['exists(five)', undefined, 'Invalid ConditionExpression: Invalid function name; function: exists'],
    [
      'size(five)',
      undefined,
      'Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: size',
    ],
    [
      'five BETWEEN :high AND :low',
      { ':low': { N: '1' }, ':high': { N: '2' } },
      'Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
        'lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}',
    ],
  ])('"%s" is refused', async (ConditionExpression, ExpressionAttributeValues, message) => {
    const command = new PutItemCommand({
      TableName,
      Item: item,
      ConditionExpression,
      ExpressionAttributeValues,
    });
    await expect(client().send(command)).rejects.toMatchObject(refuse(message));
  });
});

describe('an update', () => {
  async function read(): Promise<Item> {
    return (await client().send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item ?? {};
  }

  it.each<[string, Item | undefined, string, AttributeValue | undefined]>([
    ['SET five = five + :n', { ':n': { N: '0.1' } }, 'five', { N: '5.1' }],
    ['SET five = :n - five', { ':n': { N: '1' } }, 'five', { N: '-4' }],
    ['SET fresh = if_not_exists(fresh, :n)', { ':n': { N: '1' } }, 'fresh', { N: '1' }],
    ['SET five = if_not_exists(five, :n) + :n', { ':n': { N: '1' } }, 'five', { N: '6' }],
    ['SET doc.core = :n', { ':n': { N: '1' } }, 'doc', { M: { core: { N: '1' }, other: { N: '1' } } }],
    ['REMOVE doc.core, word', undefined, 'doc', { M: { other: { N: '1' } } }],
    [
      'SET steps[9] = :n REMOVE steps[2]',
      { ':n': { N: '9' } },
      'steps',
      { L: [{ N: '0' }, { S: 'one' }, { N: '9' }] },
    ],
    [
      'SET steps = list_append(:l, steps) REMOVE word',
      { ':l': { L: [{ N: '7' }] } },
      'steps',
      { L: [{ N: '7' }, ...(item.steps?.L ?? [])] },
    ],
    ['ADD five :n', { ':n': { N: '-7' } }, 'five', { N: '-2' }],
    ['ADD fresh :n', { ':n': { N: '3' } }, 'fresh', { N: '3' }],
    ['ADD words :s', { ':s': { SS: ['b', 'c'] } }, 'words', { SS: ['a', 'b', 'c'] }],
    ['DELETE words :s', { ':s': { SS: ['a', 'z'] } }, 'words', { SS: ['b'] }],
    ['DELETE words :s', { ':s': { SS: ['a', 'b'] } }, 'words', undefined],
  ])('%s with %o', async (expression, values, name, expected) => {
    await put(item);
    await update(expression, values);
    expect((await read())[name]).toEqual(expected);
  });

  it.each<[string, Item | undefined, string | RegExp]>([
    [
      'SET pk = :n',
      { ':n': { S: 'x' } },
      'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
    ],
    [
      'SET doc = :n, doc.core = :n',
      { ':n': { N: '1' } },
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; ' +
        'path one: [doc], path two: [doc, core]',
    ],
    [
      'SET absent.core = :n',
      { ':n': { N: '1' } },
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'SET five = absent + :n',
      { ':n': { N: '1' } },
      'The provided expression refers to an attribute that does not exist in the item',
    ],
    [
      'SET word = word + :n',
      { ':n': { N: '1' } },
      'An operand in the update expression has an incorrect data type',
    ],
    ['ADD word :n', { ':n': { N: '1' } }, 'An operand in the update expression has an incorrect data type'],
    [
      'SET a = :n SET b = :n',
      { ':n': { N: '1' } },
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    ['DELETE five :n', { ':n': { N: '1' } }, /Incorrect operand type for operator or function/],
  ])('"%s" is refused and changes nothing', async (expression, values, message) => {
    await put(item);
    await expect(update(expression, values)).rejects.toMatchObject({
      name: 'ValidationException',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect(await read()).toEqual(item);
  });

  it.each<[UpdateItemCommandInput['ReturnValues'], Item | undefined]>([
    ['NONE', undefined],
    ['ALL_OLD', item],
    ['ALL_NEW', { ...item, five: { N: '6' }, fresh: { N: '1' } }],
    ['UPDATED_OLD', { five: { N: '5' } }],
    ['UPDATED_NEW', { five: { N: '6' }, fresh: { N: '1' } }],
  ])('returns by ReturnValues %s', async (ReturnValues, expected) => {
    await put(item);
    const values = { ':n': { N: '1' } };
    const { Attributes } = await update('ADD five :n, fresh :n', values, undefined, { ReturnValues });
    expect(Attributes).toEqual(expected);
  });

  it('of an absent item makes it, and has no old attributes', async () => {
    const absent = { pk: { S: 'absent' }, sk: { S: '1' } };
    const { Attributes } = await update('SET a = :n', { ':n': { N: '1' } }, undefined, {
      Key: absent,
      ReturnValues: 'ALL_OLD',
    });
    expect(Attributes).toBeUndefined();
    const { Item } = await client().send(new GetItemCommand({ TableName, Key: absent }));
    expect(Item).toEqual({ ...absent, a: { N: '1' } });
  });
});

describe('a key condition', () => {
  it.each([
    ['sk = :v', 'Query condition missed key schema element: pk'],
    ['pk = :v AND word = :v', 'Query condition missed key schema element: sk'],
    ['pk > :v', 'Query key condition not supported'],
    ['pk = :v OR sk = :v', 'Invalid operator used in KeyConditionExpression: OR'],
    ['pk = :v AND contains(sk, :v)', 'Invalid operator used in KeyConditionExpression: contains'],
  ])('"%s" is refused', async (KeyConditionExpression, message) => {
    const command = new QueryCommand({
      TableName,
      KeyConditionExpression,
      ExpressionAttributeValues: { ':v': { S: 'x' } },
    });
    await expect(client().send(command)).rejects.toMatchObject(refuse(message));
  });

  it('keeps key attributes out of the filter', async () => {
    const command = new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :v',
      FilterExpression: 'sk = :v',
      ExpressionAttributeValues: { ':v': { S: 'x' } },
    });
    await expect(client().send(command)).rejects.toMatchObject(
      refuse('Filter Expression can only contain non-primary key attributes: Primary key attribute: sk'),
    );
  });
});
