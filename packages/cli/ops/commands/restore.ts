import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceNotFoundException,
  RestoreTableToPointInTimeCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { resources } from '@loupe/core/resources';
import { type Command, describeDryRun, type Input, readText, UsageError } from '../command.ts';
import type { Context } from '../context.ts';
import { findTable } from '../names.ts';

const TABLE = { type: 'string', about: 'name of the table, when there are several' } as const;
const TARGET = { type: 'string', about: 'name of the restored table; default <table>-restored' } as const;

export const startRestore: Command = {
  name: 'restore start',
  arguments: [],
  summary: 'brings back the table as it was at a time, as a new table beside it',
  options: {
    at: { type: 'string', about: 'the time, e.g. 2026-11-22T04:05:06Z; needed' },
    table: TABLE,
    target: TARGET,
  },
  changes: true,
  async run(input, context) {
    const at = readTime(input);
    const source = await findTable(context, input);
    const target = readText(input, 'target') ?? `${source}-restored`;
    await requireRestorable(context, source, at);
    if (await describe(context, target)) throw new UsageError(`There is a table "${target}" already.`);
    const data = { source, target, at: at.toISOString() };
    if (!input.apply)
      return describeDryRun([`${source} as it was at ${data.at} would become ${target}.`], data);
    await context.dynamo.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: source,
        TargetTableName: target,
        RestoreDateTime: at,
      }),
    );
    return {
      ok: true,
      data,
      lines: [
        `${target} is being made from ${source} as it was at ${data.at}. It takes from minutes to hours.`,
        `Whether it is done and whole: npm run -s ops -- restore check --stage ${input.stage} --target ${target}`,
      ],
    };
  },
};

export const checkRestore: Command = {
  name: 'restore check',
  arguments: [],
  summary:
    'whether a restored table is there, has every key and index, and what of its settings is still to be set',
  options: { table: TABLE, target: TARGET },
  changes: false,
  async run(input, context) {
    const target = readText(input, 'target') ?? `${await findTable(context, input)}-restored`;
    const found = await describe(context, target);
    if (!found) throw new UsageError(`There is no table "${target}".`);
    const problems = [...checkShape(found), ...(await checkSettings(context, found))];
    return {
      ok: problems.length === 0,
      data: { target, status: found.TableStatus, items: found.ItemCount ?? null, problems },
      lines: [
        `${target}: ${found.TableStatus}, about ${found.ItemCount ?? 0} rows`,
        ...problems.map((problem) => `PROBLEM ${problem}`),
      ],
    };
  },
};

function readTime(input: Input): Date {
  const text = readText(input, 'at');
  const time = text === undefined ? Number.NaN : Date.parse(text);
  if (text === undefined || Number.isNaN(time) || !/[zZ]|[+-]\d\d:?\d\d$/.test(text))
    throw new UsageError('Say the time with its zone: --at 2026-11-22T04:05:06Z.');
  return new Date(time);
}

async function requireRestorable({ dynamo }: Context, source: string, at: Date): Promise<void> {
  const { ContinuousBackupsDescription } = await dynamo.send(
    new DescribeContinuousBackupsCommand({ TableName: source }),
  );
  const recovery = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  const { EarliestRestorableDateTime: from, LatestRestorableDateTime: to } = recovery ?? {};
  if (recovery?.PointInTimeRecoveryStatus !== 'ENABLED' || !from || !to)
    throw new UsageError(`${source} has no point-in-time recovery: only permanent stages have.`);
  if (at < from || at > to)
    throw new UsageError(
      `${source} can be restored from ${from.toISOString()} to ${to.toISOString()}, not to ${at.toISOString()}.`,
    );
}

async function describe({ dynamo }: Context, name: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamo.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Keys and indexes as the resource list has them. */
function checkShape({
  TableStatus,
  KeySchema = [],
  GlobalSecondaryIndexes = [],
}: TableDescription): string[] {
  const [wanted] = resources.tables;
  const keys = KeySchema.map(({ AttributeName }) => AttributeName).join(', ');
  const expected = `${wanted?.partitionKey}, ${wanted?.sortKey}`;
  const indexes = new Map(GlobalSecondaryIndexes.map((index) => [index.IndexName, index.IndexStatus]));
  return [
    ...(TableStatus === 'ACTIVE' ? [] : [`it is ${TableStatus}: not done yet`]),
    ...(keys === expected ? [] : [`its keys are ${keys} instead of ${expected}`]),
    ...(wanted?.indexes ?? []).flatMap(({ name }) => {
      const status = indexes.get(name);
      if (status === 'ACTIVE') return [];
      return [status === undefined ? `the index ${name} is missing` : `the index ${name} is ${status}`];
    }),
  ];
}

/** AWS restores neither expiry, nor recovery, nor protection. */
async function checkSettings({ dynamo }: Context, table: TableDescription): Promise<string[]> {
  const name = { TableName: table.TableName };
  const [ttl, backups] = await Promise.all([
    dynamo.send(new DescribeTimeToLiveCommand(name)),
    dynamo.send(new DescribeContinuousBackupsCommand(name)),
  ]);
  const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  return [
    ...(ttl.TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED' ? [] : ['rows do not expire (TTL is off)']),
    ...(recovery?.PointInTimeRecoveryStatus === 'ENABLED' ? [] : ['point-in-time recovery is off']),
    ...(table.DeletionProtectionEnabled ? [] : ['it is not protected from deletion']),
  ];
}
