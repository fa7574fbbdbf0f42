import { countHealth } from '../health/index.ts';
import { type Failure, type TenantScope, transition } from '../platform/index.ts';
import { finishSample, isSettled, listWaitingInspections, type Sample, sampleKind } from '../sample/index.ts';
import { meterInspection } from '../usage/index.ts';
import { prepareAnnouncer } from '../webhook/index.ts';
import { announceInspection } from './announce.ts';
import { countInspection } from './counts.ts';
import { inspectionKind, type ModelUsage } from './entity.ts';
import { failInspection } from './states.ts';

/**
 * Tells every inspection that waits for a settled sample: it is sent to be judged, or fails with the sample's reason.
 * Then the sample has nothing left to do. Safe to repeat at any point.
 */
export async function notifyWaiting(scope: TenantScope, sample: Sample): Promise<void> {
  if (!isSettled(sample) || sample.dueAt === undefined) return;
  const inspectionIds = await listWaitingInspections(scope, sample.id);
  if (sample.state === 'READY') {
    const messages = inspectionIds.map((inspectionId) => ({ tenantId: scope.tenantId, inspectionId }));
    await scope.queues.send('infer', messages);
  } else {
    const failure = explainUnusableSample(sample);
    for (const id of inspectionIds) await endInspection(scope, id, undefined, failure);
  }
  await transition(scope, sampleKind, sample.id, finishSample);
}

/** Ends an inspection as FAILED and counts it. */
export async function endInspection(
  scope: TenantScope,
  id: string,
  token: string | undefined,
  failure: Failure,
  spent?: ModelUsage,
): Promise<void> {
  const announcer = await prepareAnnouncer(scope);
  const ended = await transition(
    scope,
    inspectionKind,
    id,
    (inspection) => failInspection(inspection, token, failure, scope.clock(), spent),
    (failed) => [
      countInspection(scope, failed),
      countHealth(scope, failed),
      ...meterInspection(scope, failed),
      ...announceInspection(announcer, failed),
    ],
  );
  if (ended) await announcer.send();
}

export function explainUnusableSample(sample: Sample): Failure {
  return {
    code: `SAMPLE_${sample.state}`,
    message: `The sample is ${sample.state}: ${sample.failure?.message ?? 'it has no views.'}`,
    retryable: sample.failure?.retryable ?? false,
    ...(sample.failure?.limit && { limit: sample.failure.limit }),
  };
}
