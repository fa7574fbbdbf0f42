import { notifyWaiting } from '@loupe/core/inspection';
import {
  createTenantScope,
  parseObjectKey,
  parseObjectKeys,
  parseSampleMessage,
  type TenantScope,
  transition,
} from '@loupe/core/platform';
import {
  chooseQueue,
  dropParts,
  expireUpload,
  giveBack,
  isSettled,
  locateOriginal,
  parseOriginalPath,
  receiveUpload,
  type Sample,
  sampleKind,
} from '@loupe/core/sample';
import { HEAD_BYTES, needsVideoDecoder } from '@loupe/vision/video-content';
import { createStepHandler } from './observe.ts';
import { platform } from './platform.ts';
import { noteFields } from './step.ts';
import { joinTraceOf } from './tracing.ts';

/**
 * Takes note of an uploaded file: AWAITING_UPLOAD → UPLOADED, then sends it to be converted. The message is S3's event,
 * or the sweep's question whether the file arrived after all; in both cases the object store is asked. Its first bytes say who
 * converts it.
 */
export const handler = createStepHandler('intake', async (record) => {
  const keys = parseObjectKeys(record.body);
  if (keys === undefined) {
    const { tenantId, sampleId } = parseSampleMessage(record.body);
    await takeIn(tenantId, sampleId);
    return;
  }
  for (const key of keys) {
    const object = parseObjectKey(key);
    const sampleId = object && parseOriginalPath(object.path);
    if (object && sampleId) await takeIn(object.tenantId, sampleId);
  }
});

async function takeIn(tenantId: string, sampleId: string): Promise<void> {
  noteFields({ tenantId, sampleId });
  const scope = createTenantScope(platform, tenantId);
  const found = await scope.bucket.peek(locateOriginal(sampleId), HEAD_BYTES);
  const now = platform.clock();
  const step = (sample: Sample) => {
    if (!found) return expireUpload(sample, now);
    const { bytes, etag, head } = found;
    const conversionQueue = needsVideoDecoder(head) ? 'convert-video' : 'convert';
    return receiveUpload(sample, { bytes, etag, conversionQueue }, now);
  };
  const moved = await transition(scope, sampleKind, sampleId, step, (next) =>
    next.state === 'EXPIRED' ? giveBack(scope, next) : [],
  );
  // A ticket outlives its sample by minutes, and parts can be put together while their upload is given up.
  if (!moved && found && (await isGone(scope, sampleId))) {
    await scope.bucket.remove([locateOriginal(sampleId)]);
  }
  if (moved) await joinTraceOf(moved);
  if (moved?.state === 'EXPIRED') await dropParts(scope, moved);
  if (moved?.state === 'UPLOADED') await scope.queues.send(chooseQueue(moved), [{ tenantId, sampleId }]);
  if (moved && isSettled(moved)) await notifyWaiting(scope, moved);
}

async function isGone(scope: TenantScope, sampleId: string): Promise<boolean> {
  const sample = await scope.table.get(sampleKind, sampleId);
  return sample === undefined || sample.state === 'DELETED' || sample.state === 'EXPIRED';
}
