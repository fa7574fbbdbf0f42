import { consultationKind, postponeConsultation } from '@loupe/core/consultation';
import { datasetImportKind, postponeImport } from '@loupe/core/dataset';
import { deletionKind, postponeDeletion, postponeRetention } from '@loupe/core/deletion';
import { evaluationKind, postponeEvaluation } from '@loupe/core/evaluation';
import { exportKind, postponeExport } from '@loupe/core/export';
import { watchDrift } from '@loupe/core/health';
import { inspectionKind, postponeInspection } from '@loupe/core/inspection';
import {
  createTenantScope,
  type Entity,
  type EntityKind,
  listOverdue,
  type Overdue,
  RESEND_AFTER_MS,
  revise,
  type TenantScope,
  transition,
} from '@loupe/core/platform';
import { profileKind } from '@loupe/core/profile';
import { retentionKind } from '@loupe/core/retention';
import { chooseQueue, postponeSample, sampleKind } from '@loupe/core/sample';
import { deliveryKind, postponeDelivery } from '@loupe/core/webhook';
import type { ScheduledEvent } from 'aws-lambda';
import { logError, logInfo } from './log.ts';
import { platform } from './platform.ts';

const MAX_PER_SHARD = 200;

/**
 * Sends every overdue row to its queue again. The row is postponed first, so that two sweeps do not
 * send it twice; if the sending fails, it is overdue again a minute later. Profiles whose watch is due are looked at here.
 */
export async function handler(_event: ScheduledEvent): Promise<{ overdue: number; sent: number }> {
  const overdue = await listOverdue(platform, MAX_PER_SHARD);
  const outcomes = await Promise.allSettled(overdue.map(resend));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') logError('sweep.resend_failed', outcome.reason);
  }
  const sent = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
  if (overdue.length > 0) logInfo('sweep.finished', { overdue: overdue.length, sent });
  return { overdue: overdue.length, sent };
}

async function resend({ tenantId, kind, id }: Overdue): Promise<boolean> {
  const scope = createTenantScope(platform, tenantId);
  const now = platform.clock();
  if (kind === sampleKind.name) {
    const sample = await transition(scope, sampleKind, id, (current) => postponeSample(current, now));
    if (!sample) return false;
    await sendOrExpedite(scope, sampleKind, id, () =>
      scope.queues.send(chooseQueue(sample), [{ tenantId, sampleId: id }]),
    );
    return true;
  }
  if (kind === inspectionKind.name) {
    const inspection = await transition(scope, inspectionKind, id, (current) =>
      postponeInspection(current, now),
    );
    if (!inspection) return false;
    await sendOrExpedite(scope, inspectionKind, id, () =>
      scope.queues.send('infer', [{ tenantId, inspectionId: id }]),
    );
    return true;
  }
  if (kind === deliveryKind.name) {
    const delivery = await transition(scope, deliveryKind, id, (current) => postponeDelivery(current, now));
    if (!delivery) return false;
    await sendOrExpedite(scope, deliveryKind, id, () =>
      scope.queues.send('deliver', [{ tenantId, deliveryId: id }]),
    );
    return true;
  }
  if (kind === evaluationKind.name || kind === datasetImportKind.name) {
    const isImport = kind === datasetImportKind.name;
    const due = isImport
      ? await transition(scope, datasetImportKind, id, (current) => postponeImport(current, now))
      : await transition(scope, evaluationKind, id, (current) => postponeEvaluation(current, now));
    if (!due) return false;
    await scope.queues.send('evaluate', [{ tenantId, jobId: id }]);
    return true;
  }
  if (kind === consultationKind.name) {
    const consultation = await transition(scope, consultationKind, id, (current) =>
      postponeConsultation(current, now),
    );
    if (!consultation) return false;
    await sendOrExpedite(scope, consultationKind, id, () =>
      scope.queues.send('infer', [{ tenantId, consultationId: id }]),
    );
    return true;
  }
  if (kind === profileKind.name) return watchDrift(scope, id);
  if (kind === retentionKind.name) return sendToLeave(scope, retentionKind, id, postponeRetention);
  if (kind === exportKind.name) return sendToLeave(scope, exportKind, id, postponeExport);
  if (kind === deletionKind.name) return sendToLeave(scope, deletionKind, id, postponeDeletion);
  throw new Error(`A row of kind ${kind} is overdue, and nobody takes it up.`);
}

async function sendToLeave<T extends Entity & { readonly dueAt?: number | undefined }>(
  scope: TenantScope,
  kind: EntityKind<T>,
  id: string,
  postpone: (job: T, now: number) => T | undefined,
): Promise<boolean> {
  const { tenantId } = scope;
  const job = await transition(scope, kind, id, (current) => postpone(current, platform.clock()));
  if (!job) return false;
  await sendOrExpedite(scope, kind, id, () => scope.queues.send('leave', [{ tenantId, jobId: id }]));
  return true;
}

/** Sends; when that fails, the row is overdue again in a minute instead of at the end of its doubled wait. */
async function sendOrExpedite<T extends Entity & { readonly dueAt?: number | undefined }>(
  scope: TenantScope,
  kind: EntityKind<T>,
  id: string,
  send: () => Promise<void>,
): Promise<void> {
  try {
    await send();
  } catch (error) {
    const soon = platform.clock() + RESEND_AFTER_MS;
    await transition(scope, kind, id, (row) =>
      row.dueAt !== undefined && row.dueAt > soon ? revise<T>({ ...row, dueAt: soon }, {}) : undefined,
    );
    throw error;
  }
}
