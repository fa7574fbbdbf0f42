import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Messages, QueueName } from './messages.ts';

export type Queues = ReturnType<typeof openQueues>;

const MAX_BATCH = 10;
const MAX_VISIBILITY_SECONDS = 43_200;

/** The queues. The SQS client is loaded at its first use. */
export function openQueues(region: string, urls: Readonly<Record<QueueName, string>>) {
  let loading: Promise<{ sdk: typeof import('@aws-sdk/client-sqs'); client: SQSClient }> | undefined;

  function load() {
    loading ??= import('@aws-sdk/client-sqs').then((sdk) => ({ sdk, client: new sdk.SQSClient({ region }) }));
    return loading;
  }

  /** Sends all messages; each is grouped by its tenant, so that no tenant waits behind another's backlog. */
  async function send<Q extends QueueName>(queue: Q, messages: readonly Messages[Q][]): Promise<void> {
    const { sdk, client } = await load();
    for (let from = 0; from < messages.length; from += MAX_BATCH) {
      const entries = messages.slice(from, from + MAX_BATCH).map((message, position) => ({
        Id: String(position),
        MessageBody: JSON.stringify(message),
        MessageGroupId: message.tenantId,
      }));
      const { Failed = [] } = await client.send(
        new sdk.SendMessageBatchCommand({ QueueUrl: urls[queue], Entries: entries }),
      );
      if (Failed.length > 0)
        throw new Error(`The queue ${queue} refused ${Failed.length} messages: ${Failed[0]?.Code}`);
    }
  }

  /** Hides a received message for `seconds` more, twelve hours at most. */
  async function postpone(queue: QueueName, receiptHandle: string, seconds: number): Promise<void> {
    const { sdk, client } = await load();
    await client.send(
      new sdk.ChangeMessageVisibilityCommand({
        QueueUrl: urls[queue],
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.min(seconds, MAX_VISIBILITY_SECONDS),
      }),
    );
  }

  return { send, postpone };
}
