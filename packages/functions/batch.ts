import type { QueueName, Queues } from '@loupe/core/platform';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { logError } from './log.ts';

/** Thrown by a record's handler to have the message back after a while, not after the queue's visibility timeout. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly delayMs: number;
  /** EXPECTED: nothing went wrong, it is not its turn yet. */
  readonly reason: 'FAILED' | 'EXPECTED';

  constructor(delayMs: number, cause: unknown, reason: 'FAILED' | 'EXPECTED' = 'FAILED') {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.delayMs = delayMs;
    this.reason = reason;
  }
}

const FIRST_BACKOFF_MS = 2000;
const LONGEST_BACKOFF_MS = 15 * 60_000;

/** Doubles with every attempt (from 1), with up to half of it taken off at random. */
export function computeBackoffMs(attempt: number): number {
  const full = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
  return Math.round(full * (1 - Math.random() / 2));
}

/**
 * Handles each record on its own and reports those that failed, so that SQS delivers only them again
 * (`ReportBatchItemFailures`).
 */
export function createBatchHandler(
  queue: QueueName,
  queues: Queues,
  handleRecord: (record: SQSRecord, context: Context) => Promise<void>,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  async function handleOne(record: SQSRecord, context: Context): Promise<boolean> {
    try {
      await handleRecord(record, context);
      return true;
    } catch (error) {
      if (error instanceof RetryLater) {
        await queues
          .postpone(queue, record.receiptHandle, Math.ceil(error.delayMs / 1000))
          .catch((reason: unknown) => logError(`${queue}.postpone_failed`, reason));
      }
      return false;
    }
  }

  return async (event, context) => {
    const done = await Promise.all(event.Records.map((record) => handleOne(record, context)));
    return {
      batchItemFailures: event.Records.filter((_, position) => !done[position]).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    };
  };
}
