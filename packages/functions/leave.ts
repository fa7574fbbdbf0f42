import { randomUUID } from 'node:crypto';
import { beginRetention, runDeletion } from '@loupe/core/deletion';
import { runExport } from '@loupe/core/export';
import { parseJobMessage, parseNoun } from '@loupe/core/platform';
import { computeBackoffMs, RetryLater } from './batch.ts';
import { createLease } from './lease.ts';
import { createStepHandler } from './observe.ts';
import { platform } from './platform.ts';
import { noteFields } from './step.ts';

/** Kept of the invocation's time to end a page and write down how far it came. */
const WRITE_DOWN_MS = 15_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/** Goes on with what leaves: deletions and exports; begins the deletion of the day by a tenant's rules. */
export const handler = createStepHandler('leave', async (record, context) => {
  const { tenantId, jobId } = parseJobMessage(record.body);
  noteFields({ tenantId, jobId });
  if (parseNoun(jobId) === 'tenant') {
    await beginRetention(platform, tenantId);
    return;
  }
  const now = platform.clock();
  const lease = createLease(context, now, randomUUID());
  const deadline = now + Math.max(1000, context.getRemainingTimeInMillis() - WRITE_DOWN_MS);
  const run = parseNoun(jobId) === 'export' ? runExport : runDeletion;
  const tries = Number(record.attributes.ApproximateReceiveCount);
  const again = await run(platform, tenantId, jobId, lease, deadline).catch((error: unknown) => {
    throw new RetryLater(computeBackoffMs(tries), error);
  });
  if (again === undefined) return;
  const delayMs = Math.max(0, again - platform.clock());
  // A longer wait is the sweep's, so that it is not counted as a message that fails.
  if (delayMs > LONGEST_WAIT_MS) return;
  if (delayMs > 0) throw new RetryLater(delayMs, 'It is not its time yet.', 'EXPECTED');
  await platform.queues.send('leave', [{ tenantId, jobId }]);
});
