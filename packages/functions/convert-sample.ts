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
  CONVERSION_PATIENCE_MS,
  type ConversionQueue,
  claimSample,
  completeConversion,
  isSettled,
  locateFrame,
  locateOriginal,
  locateSource,
  locateView,
  MAX_CONVERSION_ATTEMPTS,
  rejectSample,
  releaseSample,
  type Sample,
  type StoredView,
  sampleKind,
} from '@loupe/core/sample';
import { describeLimit } from '@loupe/core/usage';
import { prepareAnnouncer } from '@loupe/core/webhook';
import { type Conversion, REJECTIONS, RejectedError } from '@loupe/vision';
import { createConverter, type ProcessLimits } from '@loupe/vision/worker';
import type { Context } from 'aws-lambda';
import { computeBackoffMs, RetryLater } from './batch.ts';
import { describeConversion } from './describe-conversion.ts';
import { conversionEnvironment } from './environment.ts';
import { describeLimits, findExceeded } from './file-limits.ts';
import { createLease } from './lease.ts';
import { logError } from './log.ts';
import { createStepHandler } from './observe.ts';
import { platform } from './platform.ts';
import { ChecksumMismatchError, withOriginal } from './read-original.ts';
import { readReferences } from './read-references.ts';
import { noteFields } from './step.ts';
import { joinTraceOf } from './tracing.ts';

/** What the function itself holds: its modules, the file, the views. */
const OWN_MEMORY_MB = 512;
const LEAST_MEMORY_MB = 256;
/** Time to store the views and write down what came of it. */
const WRITE_DOWN_MS = 8000;
/** With less time in all, part of it that the conversion may take. */
const LEAST_SHARE = 0.7;

const converter = createConverter({ env: conversionEnvironment });
// While the first file is fetched. A failure shows when it is converted.
void converter.warm().catch(() => undefined);

/** What one conversion may take of its invocation. */
interface Allowance {
  readonly process: ProcessLimits;
  /** Whole seconds for one decode. */
  readonly decodeSeconds?: number;
}

/**
 * The handler behind a queue of uploaded files. It converts them to views: UPLOADED → READY | REJECTED, then tells the
 * inspections that wait for them.
 */
export function createConversionHandler(queue: ConversionQueue, allow: (context: Context) => Allowance) {
  return createStepHandler(queue, async (record, context) => {
    const { tenantId, sampleId } = parseSampleMessage(record.body);
    noteFields({ tenantId, sampleId });
    const scope = createTenantScope(platform, tenantId);
    const token = randomUUID();
    const lease = createLease(context, platform.clock(), token);
    const claimed = await transition(scope, sampleKind, sampleId, (sample) =>
      claimSample(sample, lease, platform.clock()),
    );
    if (claimed) {
      await joinTraceOf(claimed);
      try {
        await convertSample(scope, claimed, token, allow(context));
      } catch (error) {
        await handleFailure(scope, claimed, token, Number(record.attributes.ApproximateReceiveCount), error);
      }
    }
    const settled = await scope.table.get(sampleKind, sampleId);
    if (settled && isSettled(settled)) await notifyWaiting(scope, settled);
  });
}

async function convertSample(
  scope: TenantScope,
  sample: Sample,
  token: string,
  allowance: Allowance,
): Promise<void> {
  if (sample.attempt > MAX_CONVERSION_ATTEMPTS) {
    await reject(scope, sample, token, {
      code: 'CONVERSION_ABORTED',
      message: `The conversion broke off ${MAX_CONVERSION_ATTEMPTS} times without a reason. Try once more; if it breaks off again, save the file anew.`,
      retryable: true,
    });
    return;
  }
  try {
    const options = {
      declaredMediaType: sample.contentType,
      limits: {
        ...describeLimits(sample.limits),
        ...(allowance.decodeSeconds && { maxSeconds: allowance.decodeSeconds }),
      },
      ...describeConversion(sample),
      references: await readReferences(scope, sample),
    };
    const conversion = await withOriginal(scope, sample, (source) =>
      converter.convert(source, options, allowance.process),
    );
    const [from, to] = [locateOriginal(sample.id), locateSource(sample.id)];
    await scope.bucket.copy(from, to, conversion.mediaType, sample.etag);
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
    const keptFrames = await storeFrames(scope, sample, conversion);
    const { mediaType, modality, notes } = conversion;
    await transition(scope, sampleKind, sample.id, (current) =>
      completeConversion(current, token, { mediaType, modality, views, keptFrames, notes }, platform.clock()),
    );
  } catch (error) {
    const failure = explainRejection(error, sample.limits);
    if (!failure) throw error;
    await reject(scope, sample, token, failure);
  }
}

/** @returns their numbers, undefined when there are none */
async function storeFrames(
  { bucket }: TenantScope,
  { id }: Sample,
  { frames = [] }: Conversion,
): Promise<readonly number[] | undefined> {
  if (frames.length === 0) return undefined;
  await Promise.all(
    frames.map(({ index, mediaType, bytes }) => bucket.put(locateFrame(id, index), bytes, mediaType)),
  );
  return frames.map(({ index }) => index);
}

/**
 * Limits within what is left to this invocation, so that a refusal can still be written down.
 * @param elsewhereMb memory that other processes of the conversion may take
 */
export function limitProcess(context: Context, elsewhereMb = 0): ProcessLimits {
  const leftMs = context.getRemainingTimeInMillis();
  return {
    memoryMb: Math.max(LEAST_MEMORY_MB, Number(context.memoryLimitInMB) - OWN_MEMORY_MB - elsewhereMb),
    timeoutMs: Math.max(1, leftMs - WRITE_DOWN_MS, leftMs * LEAST_SHARE),
  };
}

/** The fault is ours: gives the sample back to be tried again, until that has gone on for long enough. */
async function handleFailure(
  scope: TenantScope,
  sample: Sample,
  token: string,
  tries: number,
  error: unknown,
): Promise<void> {
  const now = platform.clock();
  if (now - (sample.uploadedAt ?? now) > CONVERSION_PATIENCE_MS) {
    logError('convert.gave_up', error, { sampleId: sample.id });
    await reject(scope, sample, token, {
      code: 'CONVERSION_FAILED',
      message: 'The conversion failed on our side. Upload the file again; if it fails again, report the id.',
      retryable: true,
    });
    return;
  }
  const delayMs = computeBackoffMs(tries);
  await transition(scope, sampleKind, sample.id, (current) => releaseSample(current, token, now + delayMs));
  throw new RetryLater(delayMs, error);
}

/** Undefined for an error that is not the file's: the message is delivered again. */
function explainRejection(error: unknown, limits: Sample['limits']): Failure | undefined {
  if (error instanceof RejectedError) {
    const { code, message, details } = error;
    const { retryable } = REJECTIONS[code];
    const limit = findExceeded(details, limits);
    if (!limit) return { code, message, retryable };
    return { code, message: `${message} ${describeLimit(limits ?? {}, limit)}`, retryable, limit };
  }
  if (error instanceof ChecksumMismatchError) {
    return {
      code: 'CHECKSUM_MISMATCH',
      message: 'The file is not the one whose SHA-256 was announced. Upload it again.',
      retryable: true,
    };
  }
  if (error instanceof ObjectChangedError) {
    return {
      code: 'UPLOAD_CHANGED',
      message: 'The file was replaced after it arrived. Upload each file as a sample of its own.',
      retryable: false,
    };
  }
  return undefined;
}

async function reject(scope: TenantScope, sample: Sample, token: string, failure: Failure): Promise<void> {
  const announcer = await prepareAnnouncer(scope);
  const rejected = await transition(
    scope,
    sampleKind,
    sample.id,
    (current) => rejectSample(current, token, failure, platform.clock()),
    ({ id }) => announcer.draft('sample.rejected', { sampleId: id, code: failure.code }),
  );
  if (rejected) await announcer.send();
}
