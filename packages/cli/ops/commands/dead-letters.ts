import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type Command, describeDryRun } from '../command.ts';
import type { Context } from '../context.ts';
import { findQueueUrl, requireQueue } from '../names.ts';
import { readQueues } from '../read-work.ts';

export const listDeadLetters: Command = {
  name: 'dead-letters list',
  arguments: [],
  summary: 'how many messages were put aside, by queue',
  options: {},
  changes: false,
  async run({ stage }, context) {
    const queues = (await readQueues(context, stage)).map(({ queue, dead }) => ({ queue, dead }));
    return {
      ok: queues.every(({ dead }) => dead === 0),
      data: { queues },
      lines: queues.map(({ queue, dead }) => `${queue}: ${dead}`),
    };
  },
};

export const inspectDeadLetters: Command = {
  name: 'dead-letters inspect',
  arguments: ['QUEUE'],
  summary: 'up to ten of the messages that were put aside, which stay there',
  options: {},
  changes: false,
  async run({ stage, arguments: [name = ''] }, context) {
    const { Messages = [] } = await context.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: await findQueueUrl(context, stage, `${requireQueue(name)}-dead`),
        MaxNumberOfMessages: 10,
        // Whoever looks hides them from nobody, a redrive above all.
        VisibilityTimeout: 0,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    const messages = Messages.map(({ MessageId, Body, Attributes }) => ({
      messageId: MessageId,
      body: Body,
      sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
      tenantId: Attributes?.MessageGroupId,
    }));
    return {
      ok: true,
      data: { queue: name, messages },
      lines:
        messages.length === 0
          ? ['none']
          : messages.map(({ messageId, sentAt, body }) => `${messageId} sent ${sentAt}: ${body}`),
    };
  },
};

export const redriveDeadLetters: Command = {
  name: 'dead-letters redrive',
  arguments: ['QUEUE'],
  summary: 'sends all messages that were put aside back to their queue',
  options: {},
  changes: true,
  async run({ stage, arguments: [name = ''], apply }, context) {
    const queue = requireQueue(name);
    const SourceArn = await findArn(context, stage, `${queue}-dead`);
    const DestinationArn = await findArn(context, stage, queue);
    const count = (await readQueues(context, stage)).find((state) => state.queue === queue)?.dead ?? 0;
    if (!apply) return describeDryRun([`${count} messages would go back to ${queue}.`], { queue, count });
    await context.sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
    const { Results = [] } = await context.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
    const status = Results[0]?.Status ?? 'UNKNOWN';
    return {
      ok: status !== 'FAILED',
      data: { queue, count, status },
      lines: [`${count} messages go back to ${queue}: ${status}`],
    };
  },
};

async function findArn(context: Context, stage: string, queue: string): Promise<string> {
  const QueueUrl = await findQueueUrl(context, stage, queue);
  const { Attributes } = await context.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return Attributes?.QueueArn ?? '';
}
