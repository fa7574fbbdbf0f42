import { ApiError, type ApiErrorEntry, type Client } from './client.ts';
import { digestHex } from './digest-hex.ts';
import { COMPLETE_UPLOAD, MULTIPART_UPLOAD, SIGN_PARTS } from './documents.ts';
import { retry } from './retry.ts';
import { readStoreAnswer, UploadError, type UploadOptions } from './upload.ts';

export interface PartsOptions extends UploadOptions {
  /** Parts sent at a time, 1 to 16; default 3. */
  readonly parallel?: number;
  /** Called at the beginning with what is there already, and after every few parts. */
  readonly onProgress?: (progress: { readonly sentBytes: number; readonly totalBytes: number }) => void;
}

interface UploadStatus {
  readonly state: 'OPEN' | 'COMPLETED' | 'CLOSED';
  readonly partBytes: number;
  readonly partCount: number;
  readonly uploadedParts: readonly { readonly number: number; readonly sha256: string }[];
}

interface SignedPart {
  readonly number: number;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

interface Part {
  readonly number: number;
  readonly content: Blob;
  readonly sha256: string;
}

const DEFAULT_PARALLEL = 3;
/** Top-level codes after which the same request may succeed. */
const PASSING: ReadonlySet<string> = new Set(['RATE_LIMITED', 'INTERNAL_SERVER_ERROR']);
/** A signature that ended, or was made just before the upload began anew: the next round signs again. */
const STALE: ReadonlySet<number> = new Set([403, 404]);

/**
 * Sends a file in parts, or goes on with one: the service says which parts it has, so that what was sent is not sent
 * again, whatever became of the program that sent it.
 * @param uploadId as the announcement's `multipartUpload` gave it
 * @throws ApiError when the upload is unknown or closed; UploadError when the store refuses a part; the network's error
 * when that stays broken
 */
export async function uploadInParts(
  client: Client,
  uploadId: string,
  file: Blob,
  options: PartsOptions = {},
): Promise<void> {
  let sentBytes = 0;
  let seenBytes = 0;
  const report = (bytes: number) => {
    sentBytes = bytes;
    options.onProgress?.({ sentBytes, totalBytes: file.size });
  };
  const hasProgressed = () => {
    const isFurther = sentBytes > seenBytes;
    seenBytes = sentBytes;
    return isFurther;
  };
  await retry(() => sendMissing(client, uploadId, file, options, report), options, isFinal, hasProgressed);
}

async function sendMissing(
  client: Client,
  uploadId: string,
  file: Blob,
  options: PartsOptions,
  report: (sentBytes: number) => void,
): Promise<void> {
  const status = await readStatus(client, uploadId);
  if (status.state === 'CLOSED')
    throw createApiError({ code: 'UPLOAD_CLOSED', message: 'The upload was given up or came too late.' });
  if (status.state === 'COMPLETED') return report(file.size);
  const { missing, sentBytes } = await compare(file, status);
  let sent = sentBytes;
  report(sent);
  const { parallel = DEFAULT_PARALLEL } = options;
  for (let from = 0; from < missing.length; from += parallel) {
    const parts = await Promise.all(
      missing.slice(from, from + parallel).map((number) => cutPart(file, status, number)),
    );
    await sendParts(await signParts(client, uploadId, parts), parts, options);
    sent += parts.reduce((sum, { content }) => sum + content.size, 0);
    report(sent);
  }
  await complete(client, uploadId);
}

/** Numbers of the parts that are not there as the file has them, and the bytes that are. */
async function compare(file: Blob, status: UploadStatus): Promise<{ missing: number[]; sentBytes: number }> {
  const stored = new Map(status.uploadedParts.map(({ number, sha256 }) => [number, sha256]));
  const missing: number[] = [];
  let sentBytes = 0;
  for (let number = 1; number <= status.partCount; number += 1) {
    const known = stored.get(number);
    const part = known === undefined ? undefined : await cutPart(file, status, number);
    if (part?.sha256 === known && part) sentBytes += part.content.size;
    else missing.push(number);
  }
  return { missing, sentBytes };
}

async function cutPart(file: Blob, { partBytes }: UploadStatus, number: number): Promise<Part> {
  const content = file.slice((number - 1) * partBytes, number * partBytes);
  return { number, content, sha256: await digestHex(await content.arrayBuffer()) };
}

/** All that can be sent are sent, even when one of them fails. */
async function sendParts(
  signed: readonly SignedPart[],
  parts: readonly Part[],
  options: PartsOptions,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    signed.map(async ({ number, method, url, headers }) => {
      const response = await (options.fetch ?? fetch)(url, {
        method,
        headers: headers.map(({ name, value }): [string, string] => [name, value]),
        body: parts.find((part) => part.number === number)?.content ?? null,
        ...(options.signal && { signal: options.signal }),
      });
      await readStoreAnswer(response);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Whether another try would end the same. */
export function isFinal(error: unknown): boolean {
  if (error instanceof UploadError) return error.status < 500 && !STALE.has(error.status);
  if (!(error instanceof ApiError)) return false;
  const code = error.errors[0]?.extensions?.code;
  return error.status < 500 && !(code !== undefined && (PASSING.has(code) || code === 'UPLOAD_INCOMPLETE'));
}

async function readStatus(client: Client, uploadId: string): Promise<UploadStatus> {
  const { multipartUpload } = await client.request<{ multipartUpload: UploadStatus | null }>(
    MULTIPART_UPLOAD,
    { uploadId },
  );
  if (!multipartUpload) throw createApiError({ code: 'NOT_FOUND', message: 'There is no such upload.' });
  return multipartUpload;
}

async function signParts(
  client: Client,
  uploadId: string,
  parts: readonly Part[],
): Promise<readonly SignedPart[]> {
  const { signMultipartUploadParts: signed } = await client.request<{
    signMultipartUploadParts: { parts: readonly SignedPart[] | null; errors: readonly PayloadError[] };
  }>(SIGN_PARTS, { input: { uploadId, parts: parts.map(({ number, sha256 }) => ({ number, sha256 })) } });
  assertNone(signed.errors);
  return signed.parts ?? [];
}

async function complete(client: Client, uploadId: string): Promise<void> {
  const { completeMultipartUpload } = await client.request<{
    completeMultipartUpload: { errors: readonly PayloadError[] };
  }>(COMPLETE_UPLOAD, { input: { uploadId } });
  assertNone(completeMultipartUpload.errors);
}

/** An expected failure in a mutation's payload. */
export interface PayloadError {
  readonly code: string;
  readonly message: string;
}

/** @throws ApiError for the expected failures of a mutation's payload */
export function assertNone(errors: readonly PayloadError[]): void {
  if (errors.length > 0) throw createApiError(...errors);
}

function createApiError(...errors: readonly PayloadError[]): ApiError {
  return new ApiError(
    200,
    errors.map(({ code, message }): ApiErrorEntry => ({ message, extensions: { code } })),
  );
}
