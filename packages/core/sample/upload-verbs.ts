import { assertMay, type TenantRequest } from '../access/index.ts';
import {
  createNotFoundError,
  DomainError,
  type SignedPart,
  type StoredPart,
  type TenantScope,
  transition,
  UploadGoneError,
  type Write,
} from '../platform/index.ts';
import { count } from '../usage/index.ts';
import { locateOriginal, type Sample, sampleKind } from './entity.ts';
import { measurePart, openUploadId, planParts } from './parts.ts';
import {
  abandonUpload,
  beginParts,
  closeParts,
  forgetParts,
  joinParts,
  readUploadState,
  takesParts,
} from './states.ts';

/** A part that is about to be sent. */
export interface PartInput {
  /** From 1. */
  readonly number: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

const ID_PATH = ['input', 'uploadId'];

/** The sample whose file comes by this upload; undefined when there is none. */
export async function findUpload(
  { session, scope }: TenantRequest,
  uploadId: string,
): Promise<Sample | undefined> {
  assertMay(session, 'sample.create');
  const sampleId = openUploadId(scope, uploadId);
  const sample = sampleId === undefined ? undefined : await scope.table.get(sampleKind, sampleId);
  return sample?.parts && sample;
}

/** Parts that the object store has by now, by number; none once they were put together or given up. */
export async function listUploadedParts(scope: TenantScope, sample: Sample): Promise<readonly StoredPart[]> {
  const storeId = sample.parts?.storeId;
  if (storeId === undefined || readUploadState(sample) !== 'OPEN') return [];
  try {
    return await scope.bucket.uploads.listParts(locateOriginal(sample.id), storeId);
  } catch (error) {
    if (error instanceof UploadGoneError) return [];
    throw error;
  }
}

/**
 * Requests that send parts, each bound to its place, size and content.
 * @throws DomainError NOT_FOUND, UPLOAD_CLOSED, INVALID
 */
export async function signUploadParts(
  request: TenantRequest,
  input: { readonly uploadId: string; readonly parts: readonly PartInput[] },
): Promise<{ readonly sample: Sample; readonly parts: readonly SignedPart[] }> {
  const { scope } = request;
  const found = await loadOpenUpload(request, input.uploadId);
  checkParts(found, input.parts);
  const sample = found.parts?.storeId === undefined ? await beginUpload(scope, found) : found;
  const { storeId = '' } = sample.parts ?? {};
  const plan = planParts(sample) ?? { partBytes: 0, partCount: 0 };
  const parts = await Promise.all(
    input.parts.map(({ number, sha256 }) =>
      scope.bucket.uploads.signPart(
        locateOriginal(sample.id),
        storeId,
        { number, sha256, bytes: measurePart(sample.bytes, plan, number) },
        sample.uploadUntil,
      ),
    ),
  );
  return { sample, parts };
}

/**
 * Puts the parts together. Whoever completes again is answered the same.
 * @throws DomainError UPLOAD_INCOMPLETE naming what is missing; NOT_FOUND; UPLOAD_CLOSED when it ended without a file
 */
export async function completeUpload(request: TenantRequest, uploadId: string): Promise<Sample> {
  const { scope } = request;
  const sample = await loadUpload(request, uploadId);
  if (readUploadState(sample) === 'COMPLETED') return sample;
  const closed = await transition(scope, sampleKind, sample.id, (current) =>
    closeParts(current, scope.clock()),
  );
  if (!closed) throw createClosedError(sample);
  const storeId = closed.parts?.storeId;
  if (storeId === undefined) throw createIncompleteError(closed, []);
  await joinStored(scope, closed, storeId);
  const joined = await transition(scope, sampleKind, sample.id, joinParts);
  const ended = joined ?? (await loadUpload(request, uploadId));
  // Given up meanwhile: intake removes what was put together.
  if (ended.state === 'EXPIRED') throw createClosedError(ended);
  return ended;
}

async function joinStored(scope: TenantScope, sample: Sample, storeId: string): Promise<void> {
  const path = locateOriginal(sample.id);
  try {
    const parts = await scope.bucket.uploads.listParts(path, storeId);
    if (!isWhole(sample, parts)) throw createIncompleteError(sample, parts);
    await scope.bucket.uploads.complete(path, storeId, parts);
  } catch (error) {
    if (!(error instanceof UploadGoneError)) throw error;
    // A duplicate of this request was faster, or the store dropped what lay there for days.
    if (await scope.bucket.head(path)) return;
    await transition(scope, sampleKind, sample.id, (current) => forgetParts(current, storeId));
    throw createIncompleteError(sample, []);
  }
}

/**
 * Gives the upload up: its parts are dropped and what it had reserved of the storage is given back. Doing so again
 * changes nothing.
 * @throws DomainError NOT_FOUND; UPLOAD_CLOSED when the file is there
 */
export async function abortUpload(request: TenantRequest, uploadId: string): Promise<Sample> {
  const { scope } = request;
  const sample = await loadUpload(request, uploadId);
  const abandoned = await transition(
    scope,
    sampleKind,
    sample.id,
    (current) => abandonUpload(current, scope.clock()),
    (next) => giveBack(scope, next),
  );
  const ended = abandoned ?? (await loadUpload(request, uploadId));
  if (ended.state !== 'EXPIRED') throw createClosedError(ended);
  await dropParts(scope, ended);
  return ended;
}

/** What never came takes no room; belongs in the transaction that ends the sample. */
export function giveBack(scope: TenantScope, sample: Sample): readonly Write[] {
  return count(scope, { STORAGE_BYTES: -sample.bytes }, scope.clock());
}

/** The parts of an upload that ended without a file. */
export async function dropParts(scope: TenantScope, { id, parts }: Sample): Promise<void> {
  if (parts?.storeId !== undefined) await scope.bucket.uploads.abort(locateOriginal(id), parts.storeId);
}

/** Begins the upload with the store. Of two that do so at once, one is kept. */
async function beginUpload(scope: TenantScope, sample: Sample): Promise<Sample> {
  const path = locateOriginal(sample.id);
  const storeId = await scope.bucket.uploads.begin(path, sample.contentType);
  const begun = await transition(scope, sampleKind, sample.id, (current) =>
    beginParts(current, sample.parts?.storeId, storeId, scope.clock()),
  );
  if (begun) return begun;
  await scope.bucket.uploads.abort(path, storeId);
  const current = await scope.table.get(sampleKind, sample.id);
  if (!current || !takesParts(current, scope.clock())) throw createClosedError(sample);
  return current;
}

async function loadUpload(request: TenantRequest, uploadId: string): Promise<Sample> {
  const sample = await findUpload(request, uploadId);
  if (!sample) throw createNotFoundError('upload', ID_PATH);
  return sample;
}

async function loadOpenUpload(request: TenantRequest, uploadId: string): Promise<Sample> {
  const sample = await loadUpload(request, uploadId);
  if (!takesParts(sample, request.scope.clock())) throw createClosedError(sample);
  return sample;
}

function checkParts(sample: Sample, parts: readonly PartInput[]): void {
  const path = ['input', 'parts'];
  const { partCount } = planParts(sample) ?? { partCount: 0 };
  const numbers = new Set(parts.map(({ number }) => number));
  if (parts.length === 0 || numbers.size < parts.length)
    throw new DomainError('INVALID', 'Name at least one part, and each once.', path);
  for (const [position, { number, sha256 }] of parts.entries()) {
    if (!Number.isInteger(number) || number < 1 || number > partCount) {
      const message = `The file has the parts 1 to ${partCount}, not ${number}.`;
      throw new DomainError('INVALID', message, [...path, String(position), 'number']);
    }
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      const message = 'sha256 has 64 hexadecimal digits, in lower case.';
      throw new DomainError('INVALID', message, [...path, String(position), 'sha256']);
    }
  }
}

function isWhole(sample: Sample, parts: readonly StoredPart[]): boolean {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0) === sample.bytes;
}

function createIncompleteError(sample: Sample, parts: readonly StoredPart[]): DomainError {
  const { partCount } = planParts(sample) ?? { partCount: 0 };
  const there = new Set(parts.map(({ number }) => number));
  const missing = Array.from({ length: partCount }, (_, index) => index + 1).filter(
    (number) => !there.has(number),
  );
  return new DomainError('UPLOAD_INCOMPLETE', `Parts are missing: ${missing.join(', ')}.`, ID_PATH);
}

function createClosedError({ state }: Sample): DomainError {
  return new DomainError('UPLOAD_CLOSED', `The sample is ${state} and takes no parts.`, ID_PATH);
}
