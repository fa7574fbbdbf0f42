import { evaluationKind } from '@loupe/core/evaluation';
import { createTenantScope, parseJobMessage, parseNoun } from '@loupe/core/platform';
import { workOffChunk } from './economy-chunk.ts';
import { judgeChunk } from './evaluate-chunk.ts';
import { driveEvaluation } from './evaluate-drive.ts';
import { workOffImport } from './evaluate-import.ts';
import { shortenTime } from './lease.ts';
import { createStepHandler } from './observe.ts';
import { platform } from './platform.ts';
import { noteFields } from './step.ts';

/** What a chunk may take: others wait for the worker, and for what it held when it vanishes. */
const CHUNK_MS = 5 * 60_000;

/** Works on imports of datasets and on evaluations: plans chunks, judges a chunk, makes the figures. */
export const handler = createStepHandler('evaluate', async (record, context) => {
  const { tenantId, jobId, chunk } = parseJobMessage(record.body);
  noteFields({ tenantId, jobId, chunk });
  const scope = createTenantScope(platform, tenantId);
  if (parseNoun(jobId) === 'datasetImport') {
    await workOffImport(scope, jobId, context, Number(record.attributes.ApproximateReceiveCount));
  } else if (chunk === undefined) {
    await driveEvaluation(scope, jobId, context);
  } else {
    const shorter = shortenTime(context, CHUNK_MS, platform.clock);
    const evaluation = await scope.table.get(evaluationKind, jobId);
    if (evaluation?.mode === 'ECONOMY') await workOffChunk(scope, evaluation, chunk, shorter);
    else await judgeChunk(scope, jobId, chunk, shorter);
  }
});
