import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { resources } from '@loupe/core/resources';
import { type Input, readText, UsageError } from './command.ts';
import type { Context } from './context.ts';

/** The local cloud calls everything as the resource list does. */
const LOCAL = 'local';

/** Queues that work comes from, without those for dead letters. */
export const workQueues: readonly string[] = resources.queues
  .filter(({ deadLetter }) => deadLetter !== undefined)
  .map(({ name }) => name);

/** Begins the names of a stage's resources. */
function renderPrefix(stage: string): string {
  return stage === LOCAL ? '' : `loupe-${stage}-`;
}

/** @throws UsageError when the resource list has no such queue */
export function requireQueue(name: string): string {
  if (workQueues.includes(name)) return name;
  throw new UsageError(`There is no queue "${name}". There are: ${workQueues.join(', ')}.`);
}

/** Address of a queue of the stage, by its name in the resource list. */
export async function findQueueUrl({ sqs }: Context, stage: string, queue: string): Promise<string> {
  const name = `${renderPrefix(stage)}${queue}`;
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    if (QueueUrl !== undefined) return QueueUrl;
  } catch (error) {
    if (!(error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name))) throw error;
  }
  throw new UsageError(
    `The account has no queue "${name}" in ${await sqs.config.region()}. Is the stage "${stage}" deployed there (AWS_REGION)?`,
  );
}

/** Names of the account's tables that belong to the stage. */
export async function listTables({ dynamo }: Context, stage: string): Promise<string[]> {
  const names: string[] = [];
  let last: string | undefined;
  do {
    const page = await dynamo.send(
      new ListTablesCommand(last === undefined ? {} : { ExclusiveStartTableName: last }),
    );
    names.push(...(page.TableNames ?? []));
    last = page.LastEvaluatedTableName;
  } while (last !== undefined);
  return stage === LOCAL
    ? names.filter((name) => resources.tables.some((table) => table.name === name))
    : names.filter((name) => name.startsWith(renderPrefix(stage)));
}

/**
 * The stage's table: the one named by `--table`, or the only one whose name begins with that of the stage.
 * @throws UsageError when there is none, or more than one
 */
export async function findTable(context: Context, input: Input): Promise<string> {
  const named = readText(input, 'table');
  if (named !== undefined) return named;
  const [only, ...others] = await listTables(context, input.stage);
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(
    only === undefined
      ? `The account has no table of the stage "${input.stage}" in ${await context.dynamo.config.region()}. Is it deployed there (AWS_REGION)?`
      : `There are several tables of the stage: ${[only, ...others].join(', ')}. Name one by --table.`,
  );
}
