import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeEndpointsCommand,
  DescribeTableCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createTable, TableName, useService } from './service.ts';

const { client } = useService();
const ARN = `arn:aws:dynamodb:eu-west-1:000000000000:table/${TableName}`;

const tag = (tags: Readonly<Record<string, string>>, ResourceArn = ARN) =>
  client().send(
    new TagResourceCommand({
      ResourceArn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
const untag = (...TagKeys: string[]) =>
  client().send(new UntagResourceCommand({ ResourceArn: ARN, TagKeys }));

async function list(ResourceArn = ARN): Promise<Record<string, string | undefined>> {
  const { Tags = [] } = await client().send(new ListTagsOfResourceCommand({ ResourceArn }));
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

describe('tags of a table', () => {
  it('an existing key gets the new value, others stay; keys are case sensitive', async () => {
    expect(await list()).toEqual({});
    await tag({ stage: 'test', owner: 'a team' });
    await tag({ owner: '', Owner: 'b' });
    expect(await list()).toEqual({ stage: 'test', owner: '', Owner: 'b' });
  });

  it('UntagResource drops keys, and does not mind those that are not there', async () => {
    await tag({ gone: 'x' });
    await untag('gone', 'never');
    expect(await list()).not.toHaveProperty('gone');
  });

  it('tags do not show in DescribeTable and outlive UpdateTable and UpdateTimeToLive', async () => {
    await tag({ kept: 'yes' });
    await client().send(
      new UpdateTableCommand({
        TableName,
        ProvisionedThroughput: { ReadCapacityUnits: 6, WriteCapacityUnits: 6 },
      }),
    );
    for (const Enabled of [true, false]) {
      const TimeToLiveSpecification = { AttributeName: 'until', Enabled };
      await client().send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
      expect(await list()).toMatchObject({ kept: 'yes' });
    }
    const { Table } = await client().send(new DescribeTableCommand({ TableName }));
    expect(Table).not.toHaveProperty('Tags');
    expect(await list()).toMatchObject({ kept: 'yes' });
  });

  it('CreateTable takes tags, and DeleteTable takes them away', async () => {
    const name = 'tagged';
    const request = { ...createTable.input, TableName: name };
    const arn = ARN.replace(TableName, name);
    await client().send(new CreateTableCommand({ ...request, Tags: [{ Key: 'stage', Value: 'test' }] }));
    expect(await list(arn)).toEqual({ stage: 'test' });
    await client().send(new DeleteTableCommand({ TableName: name }));
    await client().send(new CreateTableCommand(request));
    expect(await list(arn)).toEqual({});
  });

  it('a resource has at most 50 tags', async () => {
    await untag(...Object.keys(await list()), 'none');
    const many = (from: number, to: number) =>
      Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`k${from + index}`, 'v']));
    await tag(many(0, 30));
    await tag(many(20, 50));
    await expect(tag(many(50, 51))).rejects.toMatchObject({ name: 'ValidationException' });
    expect(Object.keys(await list())).toHaveLength(50);
  });

  it.each([
    ['an empty key', { '': 'v' }],
    ['a key over 128 characters', { ['k'.repeat(129)]: 'v' }],
    ['a value over 256 characters', { k: 'v'.repeat(257) }],
    ['the prefix aws:', { 'aws:owner': 'v' }],
    ['a character that is not allowed', { 'k#': 'v' }],
    ['no tag at all', {}],
  ])('%s is a ValidationException', async (_, tags) => {
    await expect(tag(tags)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it.each([
    ['no ARN', 'not-an-arn', 'ValidationException'],
    ['of another region', ARN.replace('eu-west-1', 'us-east-1'), 'AccessDeniedException'],
    ['of another account', ARN.replace('000000000000', '123456789012'), 'AccessDeniedException'],
    ['of no table', `${ARN}-absent`, 'ResourceNotFoundException'],
  ])('a resource %s is refused by every operation', async (_, ResourceArn, name) => {
    const refused = { name, $metadata: { httpStatusCode: 400 } };
    await expect(tag({ k: 'v' }, ResourceArn)).rejects.toMatchObject(refused);
    await expect(list(ResourceArn)).rejects.toMatchObject(refused);
    await expect(
      client().send(new UntagResourceCommand({ ResourceArn, TagKeys: ['k'] })),
    ).rejects.toMatchObject(refused);
  });
});

it('DescribeEndpoints names the address that was asked, for a day', async () => {
  const { Endpoints } = await client().send(new DescribeEndpointsCommand({}));
  expect(Endpoints).toEqual([
    { Address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), CachePeriodInMinutes: 1440 },
  ]);
});
