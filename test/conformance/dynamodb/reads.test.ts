import {
  type AttributeValue,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Item, refuse, TableName, useService } from './service.ts';

const { client, put } = useService();

function query(extra: Partial<QueryCommandInput>): Promise<QueryCommandOutput> {
  const isGlobal = extra.IndexName !== undefined && extra.IndexName !== 'local';
  return client().send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#key = :key',
      ExpressionAttributeNames: { '#key': isGlobal ? 'group' : 'pk' },
      ...extra,
      ExpressionAttributeValues: { ':key': { S: 'q' }, ...extra.ExpressionAttributeValues },
    }),
  );
}

function build(sk: string, more: Item = {}): Item {
  return { pk: { S: 'q' }, sk: { S: sk }, a: { S: `a${sk}` }, c: { S: 'c' }, ...more };
}

const indexed = build('1', { group: { S: 'q' }, rank: { N: '10' }, digest: { B: new Uint8Array([1]) } });

beforeAll(async () => {
  await put(indexed);
  await put(build('2', { group: { S: 'q' }, rank: { N: '-3.5' } }));
  await put(build('3', { group: { S: 'q' } }));
  await put(build('4', { rank: { N: '9' } }));
});

describe('an index', () => {
  it('projects ALL', async () => {
    const { Items } = await query({ IndexName: 'whole', ScanIndexForward: false });
    expect(Items?.[0]).toEqual(indexed);
  });

  it('projects KEYS_ONLY: the keys of index and table', async () => {
    const { c, a, digest, ...keys } = indexed;
    const { Items } = await query({ IndexName: 'keys', ScanIndexForward: false });
    expect(Items?.[0]).toEqual(keys);
  });

  it('projects INCLUDE: keys and the named attributes an item has', async () => {
    const { c, rank, ...included } = indexed;
    expect((await query({ IndexName: 'some' })).Items).toEqual([included]);
  });

  it('is sparse: only items with all its keys', async () => {
    expect((await query({ IndexName: 'whole' })).Count).toBe(2);
    expect((await query({ IndexName: 'some' })).Count).toBe(1);
    expect((await query({ IndexName: 'local' })).Count).toBe(3);
    expect((await client().send(new ScanCommand({ TableName, IndexName: 'some' }))).Count).toBe(1);
  });

  it('sorts numbers as numbers', async () => {
    const { Items } = await query({ IndexName: 'local' });
    expect(Items?.map(({ rank }) => rank?.N)).toEqual(['-3.5', '9', '10']);
  });

  it.each(['Query', 'Scan'])(
    'refuses a consistent %s when it is global, not when it is local',
    async (kind) => {
      const read = (IndexName: string) =>
        kind === 'Query'
          ? query({ IndexName, ConsistentRead: true })
          : client().send(new ScanCommand({ TableName, IndexName, ConsistentRead: true }));
      await expect(read('whole')).rejects.toMatchObject(
        refuse('Consistent reads are not supported on global secondary indexes'),
      );
      expect((await read('local')).Count).toBe(3);
    },
  );

  it('gives attributes it does not project from the table when it is local, and refuses when it is global', async () => {
    const { Items } = await query({ IndexName: 'local', Select: 'ALL_ATTRIBUTES', ScanIndexForward: false });
    expect(Items?.[0]).toEqual(indexed);
    await expect(query({ IndexName: 'keys', Select: 'ALL_ATTRIBUTES' })).rejects.toMatchObject(
      refuse(
        'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary ' +
          'index keys because its projection type is not ALL',
      ),
    );
  });

  it('has to be there', async () => {
    await expect(query({ IndexName: 'nothing' })).rejects.toMatchObject(
      refuse('The table does not have the specified index: nothing'),
    );
  });
});

describe('a page', () => {
  const text = { S: 'x'.repeat(100_000) };

  beforeAll(async () => {
    for (let n = 10; n < 40; n++) {
      await put({ pk: { S: 'page' }, sk: { S: String(n) }, text, group: { S: 'page' }, rank: { N: '1' } });
    }
  });

  async function readPages(extra: Partial<QueryCommandInput>): Promise<QueryCommandOutput[]> {
    const pages: QueryCommandOutput[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await query({
        ...extra,
        ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        ExpressionAttributeValues: { ...extra.ExpressionAttributeValues, ':key': { S: 'page' } },
      });
      pages.push(page);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return pages;
  }

  it('ends at 1 MB: with the item that passes it', async () => {
    // 1,048,576 bytes hold ten items of 100,0xx bytes and a part of the eleventh.
    expect((await readPages({})).map(({ Count }) => Count)).toEqual([11, 11, 8]);
  });

  it('of a filtered read ends at 1 MB that was read, whatever is left of it', async () => {
    const pages = await readPages({
      FilterExpression: 'sk_copy = :none',
      ExpressionAttributeValues: { ':none': { S: '' } },
    });
    expect(pages.map(({ Count, ScannedCount }) => [Count, ScannedCount])).toEqual([
      [0, 11],
      [0, 11],
      [0, 8],
    ]);
  });

  it('of counts alone ends at 1 MB too', async () => {
    const pages = await readPages({ Select: 'COUNT' });
    expect(pages.map(({ Count, Items }) => [Count, Items])).toEqual([
      [11, undefined],
      [11, undefined],
      [8, undefined],
    ]);
  });

  it('ends at the limit, with a key to go on even when nothing is left', async () => {
    const pages = await readPages({ Limit: 15, ProjectionExpression: 'sk' });
    expect(pages.flatMap(({ Items = [] }) => Items).map(({ sk }) => sk?.S)).toEqual(
      Array.from({ length: 30 }, (_, n) => String(n + 10)),
    );
  });

  it('of an index ends in the keys of index and table', async () => {
    const { LastEvaluatedKey } = await query({
      IndexName: 'whole',
      Limit: 1,
      ExpressionAttributeValues: { ':key': { S: 'page' } },
    });
    expect(Object.keys(LastEvaluatedKey ?? {}).toSorted()).toEqual(['group', 'pk', 'rank', 'sk']);
  });

  it('starts only where the query could have ended', async () => {
    for (const ExclusiveStartKey of [
      { pk: { S: 'page' } },
      { pk: { S: 'other' }, sk: { S: '1' } },
      { pk: { S: 'page' }, sk: { N: '1' } },
    ]) {
      await expect(query({ ExclusiveStartKey })).rejects.toMatchObject({ name: 'ValidationException' });
    }
  });
});

describe('what is selected', () => {
  it.each<[string, Partial<QueryCommandInput>]>([
    ['all projected attributes only of an index', { Select: 'ALL_PROJECTED_ATTRIBUTES' }],
    ['attributes that are named, or their count', { Select: 'COUNT', ProjectionExpression: 'a' }],
    ['attributes that are named, or all', { Select: 'ALL_ATTRIBUTES', ProjectionExpression: 'a' }],
    ['specific attributes only when named', { Select: 'SPECIFIC_ATTRIBUTES' }],
    ['attributes by expression or by the older parameters', { AttributesToGet: ['a'] }],
  ])('is %s', async (_name, extra) => {
    await expect(query(extra)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

it('segments of a scan are below their total, and a total is at most 1,000,000', async () => {
  for (const segments of [
    { Segment: 2, TotalSegments: 2 },
    { Segment: 0, TotalSegments: 1_000_001 },
    { TotalSegments: 2 },
  ]) {
    await expect(client().send(new ScanCommand({ TableName, ...segments }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  }
});
