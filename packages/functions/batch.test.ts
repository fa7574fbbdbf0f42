import type { Queues } from '@loupe/core/platform';
import type { Context, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { computeBackoffMs, createBatchHandler, RetryLater } from './batch.ts';

const context = {} as Context;

function record(messageId: string, body: string): SQSRecord {
  return {
    messageId,
    body,
    receiptHandle: `receipt-${messageId}`,
    attributes: { ApproximateReceiveCount: '1' },
  } as SQSRecord;
}

/** Queues that note what is postponed; sending is not asked for here. */
function noteQueues(): { queues: Queues; postponed: [string, number][] } {
  const postponed: [string, number][] = [];
  const queues: Queues = {
    send: async () => undefined,
    postpone: async (_queue, receipt, seconds) => void postponed.push([receipt, seconds]),
  };
  return { queues, postponed };
}

describe('a batch', () => {
  it('reports the records that failed, and has those back when their handler says', async () => {
    const { queues, postponed } = noteQueues();
    const handle = createBatchHandler('infer', queues, async ({ body }) => {
      if (body === 'later') throw new RetryLater(2500, new Error('busy'));
      if (body === 'broken') throw new Error('broken');
    });
    const Records = [record('1', 'fine'), record('2', 'later'), record('3', 'broken'), record('4', 'fine')];
    expect(await handle({ Records }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }, { itemIdentifier: '3' }],
    });
    expect(postponed).toEqual([['receipt-2', 3]]);
  });
});

describe('computeBackoffMs', () => {
  it('doubles from 2 s to 15 min, less up to half', () => {
    for (const [tries, full] of [
      [1, 2000],
      [2, 4000],
      [5, 32_000],
      [30, 900_000],
    ] as const) {
      for (let i = 0; i < 50; i++) {
        const wait = computeBackoffMs(tries);
        expect(wait).toBeGreaterThanOrEqual(full / 2);
        expect(wait).toBeLessThanOrEqual(full);
      }
    }
  });
});
