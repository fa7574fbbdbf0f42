import {
  chooseNextDue,
  type Failure,
  isLeaseHeld,
  type Lease,
  RESEND_AFTER_MS,
  revise,
} from '../platform/index.ts';
import type { ConversionQueue, Sample } from './entity.ts';

/**
 * The life of a sample, as pure steps: each gives the next revision, or undefined when the step does not apply any
 * more. AWAITING_UPLOAD → UPLOADED → READY | REJECTED, or AWAITING_UPLOAD → EXPIRED. A settled sample stays
 * due until everything that waits for it was told.
 */

/** A file that arrives this long after its ticket ended is still taken: events may be late. */
export const UPLOAD_GRACE_MS = 5 * 60_000;
/** A file whose conversion vanishes this often, worker and all, is rejected. */
export const MAX_CONVERSION_ATTEMPTS = 3;
/** For this long after its arrival a file is tried again when its conversion fails on our side. */
export const CONVERSION_PATIENCE_MS = 60 * 60_000;

export function receiveUpload(
  sample: Sample,
  facts: { readonly bytes: number; readonly etag: string; readonly conversionQueue: ConversionQueue },
  now: number,
): Sample | undefined {
  if (sample.state !== 'AWAITING_UPLOAD') return undefined;
  return revise(sample, {
    state: 'UPLOADED',
    bytes: facts.bytes,
    etag: facts.etag,
    conversionQueue: facts.conversionQueue,
    uploadedAt: now,
    dueAt: now + RESEND_AFTER_MS,
  });
}

/** For a sample whose file did not arrive: EXPIRED once the grace is over. Of parts nothing is on its way afterwards. */
export function expireUpload(sample: Sample, now: number): Sample | undefined {
  const graceMs = sample.parts ? 0 : UPLOAD_GRACE_MS;
  if (sample.state !== 'AWAITING_UPLOAD' || now < sample.uploadUntil + graceMs) return undefined;
  return settle(sample, now, {
    state: 'EXPIRED',
    failure: {
      code: 'UPLOAD_EXPIRED',
      message: 'The file did not arrive before its ticket ended. Create the sample again.',
      retryable: true,
    },
  });
}

/** For a file that its sender gives up. */
export function abandonUpload(sample: Sample, now: number): Sample | undefined {
  if (!takesParts(sample, now)) return undefined;
  const settled = settle(sample, now, {
    state: 'EXPIRED',
    failure: {
      code: 'UPLOAD_ABORTED',
      message: 'The upload was given up by its sender. Create the sample again.',
      retryable: true,
    },
  });
  // Nobody is sent a message of it: the next sweep tells the inspections that wait.
  return { ...settled, dueAt: now };
}

/** The object store was asked to begin another upload, in the place of `earlier`. */
export function beginParts(
  sample: Sample,
  earlier: string | undefined,
  storeId: string,
  now: number,
): Sample | undefined {
  if (!takesParts(sample, now) || sample.parts?.storeId !== earlier) return undefined;
  return revise(sample, { parts: { partBytes: sample.parts?.partBytes ?? 0, storeId } });
}

/** All parts are there and are about to be put together: it does not expire meanwhile. */
export function closeParts(sample: Sample, now: number): Sample | undefined {
  if (!takesParts(sample, now)) return undefined;
  return revise(sample, {
    uploadUntil: Math.max(sample.uploadUntil, now + UPLOAD_GRACE_MS),
    dueAt: now + RESEND_AFTER_MS,
  });
}

/** The parts were put together: the file is on its way to intake. */
export function joinParts(sample: Sample): Sample | undefined {
  if (sample.state !== 'AWAITING_UPLOAD' || !sample.parts || sample.parts.isJoined) return undefined;
  return revise(sample, { parts: { ...sample.parts, isJoined: true } });
}

/** The object store knows no such upload any more: the next part begins another. */
export function forgetParts(sample: Sample, storeId: string): Sample | undefined {
  if (sample.state !== 'AWAITING_UPLOAD' || sample.parts?.storeId !== storeId) return undefined;
  return revise(sample, { parts: { partBytes: sample.parts.partBytes } });
}

/** Where an upload in parts stands. */
export function readUploadState({ state, parts }: Sample): 'OPEN' | 'COMPLETED' | 'CLOSED' {
  if (state === 'EXPIRED') return 'CLOSED';
  return state === 'AWAITING_UPLOAD' && !parts?.isJoined ? 'OPEN' : 'COMPLETED';
}

export function takesParts(sample: Sample, now: number): boolean {
  const { state, parts, uploadUntil } = sample;
  return state === 'AWAITING_UPLOAD' && parts !== undefined && !parts.isJoined && now < uploadUntil;
}

/** Takes the sample for conversion until the lease ends; undefined when somebody has it or nothing is to be done. */
export function claimSample(sample: Sample, lease: Lease, now: number): Sample | undefined {
  if (sample.state !== 'UPLOADED' || isLeaseHeld(sample.lease, now)) return undefined;
  return revise(sample, { attempt: sample.attempt + 1, lease, dueAt: lease.until });
}

/** Gives a claimed sample back, to be tried again at `retryAt`; the attempt was not the file's fault and is not counted. */
export function releaseSample(sample: Sample, token: string, retryAt: number): Sample | undefined {
  if (sample.state !== 'UPLOADED' || sample.lease?.token !== token) return undefined;
  return revise(sample, {
    attempt: sample.attempt - 1,
    lease: undefined,
    dueAt: retryAt + RESEND_AFTER_MS,
  });
}

export function completeConversion(
  sample: Sample,
  token: string,
  result: Pick<Sample, 'mediaType' | 'modality' | 'views' | 'keptFrames' | 'notes'>,
  now: number,
): Sample | undefined {
  if (sample.state !== 'UPLOADED' || sample.lease?.token !== token) return undefined;
  return settle(sample, now, { ...result, state: 'READY' });
}

export function rejectSample(
  sample: Sample,
  token: string,
  failure: Failure,
  now: number,
): Sample | undefined {
  if (sample.state !== 'UPLOADED' || sample.lease?.token !== token) return undefined;
  return settle(sample, now, { state: 'REJECTED', failure });
}

/** Everything that waited for the sample has been told. */
export function finishSample(sample: Sample): Sample | undefined {
  return sample.dueAt === undefined ? undefined : revise(sample, { dueAt: undefined });
}

/** Where a sample that is due is sent: what awaits its file is asked for, anything else is converted. */
export function chooseQueue(sample: Sample): 'intake' | ConversionQueue {
  return sample.state === 'AWAITING_UPLOAD' ? 'intake' : (sample.conversionQueue ?? 'convert');
}

/** It was sent again just now and is overdue only after another while. */
export function postponeSample(sample: Sample, now: number): Sample | undefined {
  if (sample.dueAt === undefined || sample.dueAt > now) return undefined;
  return revise(sample, { dueAt: chooseNextDue(sample.createdAt, now) });
}

function settle(sample: Sample, now: number, changes: Partial<Sample>): Sample {
  return revise(sample, { ...changes, settledAt: now, lease: undefined, dueAt: now + RESEND_AFTER_MS });
}
