import { randomUUID } from 'node:crypto';
import { notifyWaiting } from '@loupe/core/inspection';
import {
  createTenantScope,
  type Failure,
  ObjectChangedError,
  parseSampleMessage,
  type TenantScope,
  transition,
} from '@loupe/core/platform';
import {
  claimSample,
  completeConversion,
  isSettled,
  locateOriginal,
  locateView,
  MAX_CONVERSION_ATTEMPTS,
  MAX_FILE_BYTES,
  rejectSample,
  releaseSample,
  type Sample,
  type StoredView,
  sampleKind,
} from '@loupe/core/sample';
import { convert, RejectedError } from '@loupe/vision';
import { computeBackoffMs, createBatchHandler, RetryLater } from './batch.ts';
import { createLease } from './lease.ts';
import { platform } from './platform.ts';

/** Converts an uploaded file to views: UPLOADED → READY | REJECTED, then tells the inspections that wait for it. */
export const handler = createBatchHandler('convert', platform.queues, async (record, context) => {
  const { tenantId, sampleId } = parseSampleMessage(record.body);
  const scope = createTenantScope(platform, tenantId);
  const token = randomUUID();
  const lease = createLease(context, platform.clock(), token);
  const claimed = await transition(scope, sampleKind, sampleId, (sample) =>
    claimSample(sample, lease, platform.clock()),
  );
  if (claimed) {
    try {
      await convertSample(scope, claimed, token);
    } catch (error) {
      const delayMs = computeBackoffMs(claimed.attempt);
      await transition(scope, sampleKind, sampleId, (sample) =>
        releaseSample(sample, token, platform.clock() + delayMs),
      );
      throw new RetryLater(delayMs, error);
    }
  }
  const settled = await scope.table.get(sampleKind, sampleId);
  if (settled && isSettled(settled)) await notifyWaiting(scope, settled);
});

async function convertSample(scope: TenantScope, sample: Sample, token: string): Promise<void> {
  if (sample.attempt > MAX_CONVERSION_ATTEMPTS) {
    await reject(scope, sample, {
      code: 'CONVERSION_ABORTED',
      message: `The conversion broke off ${MAX_CONVERSION_ATTEMPTS} times. The file may be damaged; save it anew.`,
      retryable: false,
    });
    return;
  }
  try {
    const bytes = await scope.bucket.get(locateOriginal(sample.id), sample.etag ? { etag: sample.etag } : {});
    const conversion = await convert(bytes, {
      declaredMediaType: sample.contentType,
      limits: { maxBytes: MAX_FILE_BYTES },
      longSidePx: sample.longSidePx,
    });
    const views: StoredView[] = [];
    for (const [position, view] of conversion.views.entries()) {
      const path = locateView(sample.id, position, view.mediaType);
      await scope.bucket.put(path, view.bytes, view.mediaType);
      views.push({
        path,
        mediaType: view.mediaType,
        widthPx: view.widthPx,
        heightPx: view.heightPx,
        geometry: view.geometry,
      });
    }
    const { mediaType, notes } = conversion;
    await transition(scope, sampleKind, sample.id, (current) =>
      completeConversion(current, token, { mediaType, views, notes }, platform.clock()),
    );
  } catch (error) {
    const failure = explainRejection(error);
    if (!failure) throw error;
    await reject(scope, sample, failure);
  }
}

/** Undefined for an error that is not the file's: the message is delivered again. */
function explainRejection(error: unknown): Failure | undefined {
  if (error instanceof RejectedError) return { code: error.code, message: error.message, retryable: false };
  if (error instanceof ObjectChangedError) {
    return {
      code: 'UPLOAD_CHANGED',
      message: 'The file was replaced after it arrived. Upload each file as a sample of its own.',
      retryable: false,
    };
  }
  return undefined;
}

async function reject(scope: TenantScope, sample: Sample, failure: Failure): Promise<void> {
  await transition(scope, sampleKind, sample.id, (current) =>
    rejectSample(current, failure, platform.clock()),
  );
}
