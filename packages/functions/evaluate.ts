import { randomUUID } from 'node:crypto';
import { runImport } from '@loupe/core/dataset';
import { evaluationKind } from '@loupe/core/evaluation';
import { createTenantScope, parseJobMessage, parseNoun } from '@loupe/core/platform';
import { computeBackoffMs, RetryLater } from './batch.ts';
import { workOffChunk } from './economy-chunk.ts';
import { judgeChunk } from './evaluate-chunk.ts';
import { driveEvaluation } from './evaluate-drive.ts';
import { createLease, shortenTime } from './lease.ts';
import { createStepHandler } from './observe.ts';
import { platform } from './platform.ts';
import { noteFields } from './step.ts';

/** Kept of the invocation's time to end a step of an import. */
const IMPORT_STEP_MS = 60_000;
/** What all but the making of figures may take: others wait for the worker, and for what it held when it vanishes. */
const USUAL_MS = 5 * 60_000;

/** Works on imports of datasets and on evaluations: plans chunks, judges a chunk, makes the figures. */
export const handler = createStepHandler('evaluate', async (record, context) => {
  const { tenantId, jobId, chunk } = parseJobMessage(record.body);
  noteFields({ tenantId, jobId, chunk });
  const scope = createTenantScope(platform, tenantId);
  const shorter = shortenTime(context, USUAL_MS, platform.clock);
  if (parseNoun(jobId) === 'datasetImport') {
    const now = platform.clock();
    const lease = createLease(shorter, now, randomUUID());
    const deadline = now + Math.max(1000, shorter.getRemainingTimeInMillis() - IMPORT_STEP_MS);
    const tries = Number(record.attributes.ApproximateReceiveCount);
    const goesOn = await runImport(scope, jobId, lease, deadline).catch((error: unknown) => {
      throw new RetryLater(computeBackoffMs(tries), error);
    });
    if (goesOn) await scope.queues.send('evaluate', [{ tenantId, jobId }]);
  } else if (chunk === undefined) {
    await driveEvaluation(scope, jobId, context);
  } else {
    const evaluation = await scope.table.get(evaluationKind, jobId);
    if (evaluation?.mode === 'ECONOMY') await workOffChunk(scope, evaluation, chunk, shorter);
    else await judgeChunk(scope, jobId, chunk, shorter);
  }
});
