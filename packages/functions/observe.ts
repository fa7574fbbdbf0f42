import type { QueueName } from '@loupe/core/platform';
import type { Context, SQSRecord } from 'aws-lambda';
import { createBatchHandler, RetryLater } from './batch.ts';
import { logError } from './log.ts';
import { writeMetrics } from './metrics.ts';
import { platform } from './platform.ts';
import { enterStep, type Step } from './step.ts';
import { endSpan } from './tracing.ts';

type HandleRecord = (record: SQSRecord, context: Context) => Promise<void>;

/** A function behind the queue of that name: each record is a step of its own. */
export function createStepHandler(name: QueueName, handleRecord: HandleRecord) {
  return createBatchHandler(name, platform.queues, observeRecords(name, handleRecord));
}

/** Makes handling a record a step: its lines say which message it is, its time and failure are counted, its span ends. */
function observeRecords(name: string, handleRecord: HandleRecord): HandleRecord {
  return (record, context) => {
    const step: Step = {
      name,
      startedAt: Date.now(),
      fields: { step: name, requestId: context.awsRequestId, messageId: record.messageId },
    };
    const sentAt = Number(record.attributes.SentTimestamp);
    return enterStep(step, async () => {
      let failure: unknown;
      try {
        await handleRecord(record, context);
      } catch (error) {
        if (error instanceof RetryLater && error.reason === 'EXPECTED') throw error;
        failure = error;
        logError(`${name}.record_failed`, error instanceof RetryLater ? error.cause : error, {
          receiveCount: record.attributes.ApproximateReceiveCount,
        });
        throw error;
      } finally {
        writeMetrics(
          {
            StepMs: Date.now() - step.startedAt,
            StepFailures: failure === undefined ? 0 : 1,
            QueueAgeMs: Math.max(0, step.startedAt - sentAt),
          },
          { Step: name },
        );
        await endSpan(step.span, failure);
      }
    });
  };
}
