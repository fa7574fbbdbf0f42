import {
  DeleteCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTemporaryFolder, removeFolder, startTestServer, type TestServer } from './test-server.ts';

const TableName = 'things';
let folder: string;
let server: TestServer;
let run = 0;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startTestServer(folder);
});

afterAll(async () => {
  await server.close();
  await removeFolder(folder);
});

interface Step {
  readonly kind: 'put' | 'add' | 'delete' | 'check';
  readonly key: number;
  /** Owner in the index, or none: the item is not indexed then. */
  readonly owner: number | undefined;
  readonly condition: 'none' | 'exists' | 'absent';
}

interface Entry {
  owner?: string;
  hits: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('put', 'add', 'delete', 'check'),
  key: fc.nat(4),
  owner: fc.option(fc.nat(1), { nil: undefined }),
  condition: fc.constantFrom('none', 'exists', 'absent'),
});

type Model = Map<string, Entry>;
type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** What DynamoDB's documentation says a transaction does, on a Map: all steps, or none if a condition fails. */
function applySteps(model: Model, steps: readonly Step[]): boolean {
  const isAllowed = steps.every(({ key, kind, condition }) => {
    const wanted = kind === 'check' && condition === 'none' ? 'exists' : condition;
    return wanted === 'none' || (wanted === 'exists') === model.has(String(key));
  });
  if (!isAllowed) return false;
  for (const { kind, key, owner } of steps) {
    const sk = String(key);
    const name = owner === undefined ? {} : { owner: String(owner) };
    const entry = model.get(sk);
    if (kind === 'put') model.set(sk, { ...name, hits: 0 });
    if (kind === 'delete') model.delete(sk);
    if (kind === 'add') model.set(sk, { ...entry, ...name, hits: (entry?.hits ?? 0) + 1 });
  }
  return true;
}

function buildAction(pk: string, { kind, key, owner, condition }: Step): Action {
  const Key = { pk, sk: String(key) };
  const conditions = { none: undefined, exists: 'attribute_exists(pk)', absent: 'attribute_not_exists(pk)' };
  const ConditionExpression = conditions[condition];
  const ownerKeys = owner === undefined ? {} : { ownerPk: `${pk}/${owner}`, ownerSk: Key.sk };
  const base = { TableName, ConditionExpression };
  if (kind === 'put') return { Put: { ...base, Item: { ...Key, ...ownerKeys, hits: 0 } } };
  if (kind === 'delete') return { Delete: { ...base, Key } };
  if (kind === 'check') {
    return {
      ConditionCheck: { TableName, Key, ConditionExpression: ConditionExpression ?? 'attribute_exists(pk)' },
    };
  }
  const set = owner === undefined ? '' : ' SET ownerPk = :ownerPk, ownerSk = :ownerSk';
  const values = owner === undefined ? {} : { ':ownerPk': ownerKeys.ownerPk, ':ownerSk': ownerKeys.ownerSk };
  return {
    Update: {
      ...base,
      Key,
      UpdateExpression: `ADD hits :one${set}`,
      ExpressionAttributeValues: { ':one': 1, ...values },
    },
  };
}

async function send(pk: string, steps: readonly Step[]): Promise<boolean> {
  const actions = steps.map((action) => buildAction(pk, action));
  const [only] = actions;
  const isSingle = actions.length === 1;
  try {
    if (isSingle && only?.Update) await server.documents.send(new UpdateCommand(only.Update));
    else if (isSingle && only?.Delete) await server.documents.send(new DeleteCommand(only.Delete));
    else await server.documents.send(new TransactWriteCommand({ TransactItems: actions }));
    return true;
  } catch (error) {
    const names = ['TransactionCanceledException', 'ConditionalCheckFailedException'];
    expect(names).toContain((error as Error).name);
    return false;
  }
}

async function readOwned(pk: string, owner: string): Promise<unknown[]> {
  const result = await server.documents.send(
    new QueryCommand({
      TableName,
      IndexName: 'byOwner',
      KeyConditionExpression: 'ownerPk = :owner',
      ExpressionAttributeValues: { ':owner': `${pk}/${owner}` },
    }),
  );
  return result.Items ?? [];
}

it('any sequence of writes and transactions leaves the table and its index as the model says', async () => {
  const transaction = fc.uniqueArray(step, { minLength: 1, maxLength: 4, selector: ({ key }) => key });
  await fc.assert(
    fc.asyncProperty(fc.array(transaction, { maxLength: 8 }), async (transactions) => {
      const pk = `model-${run++}`;
      const model: Model = new Map();
      for (const steps of transactions) expect(await send(pk, steps)).toBe(applySteps(model, steps));

      const result = await server.documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
        }),
      );
      const expected = Array.from(model, ([sk, { owner, hits }]) => ({
        pk,
        sk,
        hits,
        ...(owner === undefined ? {} : { ownerPk: `${pk}/${owner}`, ownerSk: sk }),
      })).toSorted((a, b) => (a.sk < b.sk ? -1 : 1));
      expect(result.Items).toEqual(expected);
      for (const owner of ['0', '1']) {
        expect(await readOwned(pk, owner)).toEqual(
          expected.filter(({ ownerPk }) => ownerPk === `${pk}/${owner}`),
        );
      }
    }),
    { numRuns: 60 },
  );
  const scanned = await server.documents.send(new ScanCommand({ TableName, IndexName: 'byOwner' }));
  const table = await server.documents.send(
    new ScanCommand({ TableName, FilterExpression: 'attribute_exists(ownerPk)' }),
  );
  expect(scanned.Count).toBe(table.Count);
});
