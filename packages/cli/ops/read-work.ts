import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Input } from './command.ts';
import type { Context } from './context.ts';
import { findQueueUrl, findTable, workQueues } from './names.ts';

export interface QueueState {
  readonly queue: string;
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly dead: number;
}

/** How many messages each queue holds, approximately, as SQS counts them. */
export function readQueues(context: Context, stage: string): Promise<QueueState[]> {
  return Promise.all(
    workQueues.map(async (queue) => {
      const [live, dead] = await Promise.all([
        readCounts(context, stage, queue),
        readCounts(context, stage, `${queue}-dead`),
      ]);
      return { queue, ...live, dead: dead.waiting + dead.inFlight + dead.delayed };
    }),
  );
}

async function readCounts(context: Context, stage: string, queue: string) {
  const names = {
    waiting: 'ApproximateNumberOfMessages',
    inFlight: 'ApproximateNumberOfMessagesNotVisible',
    delayed: 'ApproximateNumberOfMessagesDelayed',
  } as const;
  const { Attributes = {} } = await context.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: await findQueueUrl(context, stage, queue),
      AttributeNames: Object.values(names),
    }),
  );
  return {
    waiting: Number(Attributes[names.waiting] ?? 0),
    inFlight: Number(Attributes[names.inFlight] ?? 0),
    delayed: Number(Attributes[names.delayed] ?? 0),
  };
}

export interface UnfinishedWork {
  /** `sample`, `inspection`, `evaluation` … */
  readonly kind: string;
  /** Objects with work outstanding, as far as they were read. */
  readonly count: number;
  /** Since the oldest of them was made. */
  readonly oldestSeconds: number;
}

const DUE_SHARDS = 8;
/** Of each shard, those that are due first. */
const READ_MOST = 200;

/** Objects whose work is not done, by kind, from the index that `sweep` reads; at most 200 of each of its shards. */
export async function readUnfinished(context: Context, input: Input): Promise<UnfinishedWork[]> {
  const table = await findTable(context, input);
  const shards = await Promise.all(
    Array.from({ length: DUE_SHARDS }, (_, shard) =>
      context.documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'byDue',
          KeyConditionExpression: 'duePk = :shard',
          ExpressionAttributeValues: { ':shard': `due#${shard}` },
          Limit: READ_MOST,
        }),
      ),
    ),
  );
  const ages = new Map<string, number[]>();
  for (const { pk } of shards.flatMap(({ Items = [] }) => Items)) {
    const [, kind = '', id = ''] = String(pk).split('#');
    ages.set(kind, [...(ages.get(kind) ?? []), context.clock() - readUlidTime(id)]);
  }
  return [...ages].map(([kind, of]) => ({
    kind,
    count: of.length,
    oldestSeconds: Math.max(0, Math.round(Math.max(...of) / 1000)),
  }));
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** When an id `<prefix>_<ULID>` was made, epoch ms: the first ten characters of a ULID are its time, 5 bits each. */
function readUlidTime(id: string): number {
  const [, ulid = ''] = id.split('_');
  return [...ulid.slice(0, 10)].reduce((time, character) => time * 32 + CROCKFORD.indexOf(character), 0);
}

export function describeQueues(queues: readonly QueueState[]): string[] {
  return queues.map(
    ({ queue, waiting, inFlight, delayed, dead }) =>
      `queue ${queue}: ${waiting} waiting, ${inFlight} in flight, ${delayed} delayed, ${dead} dead`,
  );
}

export function describeUnfinished(work: readonly UnfinishedWork[]): string[] {
  if (work.length === 0) return ['no work is outstanding'];
  return work.map(
    ({ kind, count, oldestSeconds }) => `${kind}: ${count} unfinished, the oldest for ${oldestSeconds} s`,
  );
}
