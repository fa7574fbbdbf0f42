import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { logError } from './log.ts';

/**
 * Handles each record on its own and reports those that failed, so that SQS delivers only them again
 * (`ReportBatchItemFailures`).
 */
export function createBatchHandler(
  name: string,
  handleRecord: (record: SQSRecord, context: Context) => Promise<void>,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  return async (event, context) => {
    const outcomes = await Promise.allSettled(event.Records.map((record) => handleRecord(record, context)));
    const batchItemFailures = event.Records.flatMap((record, position) => {
      const outcome = outcomes[position];
      if (outcome?.status !== 'rejected') return [];
      logError(`${name}.record_failed`, outcome.reason, { messageId: record.messageId });
      return [{ itemIdentifier: record.messageId }];
    });
    return { batchItemFailures };
  };
}
