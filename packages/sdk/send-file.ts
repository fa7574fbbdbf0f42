import type { Client } from './client.ts';
import { CREATE_INSPECTION, CREATE_SAMPLE } from './documents.ts';
import { retry } from './retry.ts';
import { type UploadTicket, uploadFile } from './upload.ts';
import {
  assertNone,
  isFinal,
  type PartsOptions,
  type PayloadError,
  uploadInParts,
} from './upload-in-parts.ts';

/** A file on its way. */
export interface FileToUpload {
  readonly content: Blob;
  readonly name: string;
  /** Media type; without it the content's own, or `application/octet-stream`. */
  readonly contentType?: string;
  /** 1 to 64 characters of your choice. Keep it until the file is sent: the same key goes on with the same upload. */
  readonly uploadKey: string;
  /** By which it is inspected; without it only a sample is made. */
  readonly profileId?: string;
  readonly label?: string;
}

/** A file of more bytes goes in parts. */
const MAX_BYTES_IN_ONE = 8 * 1024 * 1024;

interface Announced {
  readonly subject: { readonly id: string } | null;
  readonly upload: UploadTicket | null;
  readonly multipartUpload: { readonly uploadId: string } | null;
  readonly errors: readonly PayloadError[];
}

/**
 * Announces a file and sends it: a small one in one piece, a large one in parts. After any interruption, of the program
 * too, call it again with the same `uploadKey` and file: it goes on where it was. The service keeps what was sent for
 * 24 hours.
 * @returns id of the inspection, or of the sample when no profile was named
 * @throws ApiError, UploadError, or the network's error when that stays broken
 */
export async function upload(
  client: Client,
  file: FileToUpload,
  options: PartsOptions = {},
): Promise<string> {
  const announced = await retry(() => announce(client, file), options, isFinal);
  if (announced.upload) await uploadFile(announced.upload, file.content, options);
  if (announced.multipartUpload)
    await uploadInParts(client, announced.multipartUpload.uploadId, file.content, options);
  return announced.subject?.id ?? '';
}

async function announce(client: Client, file: FileToUpload): Promise<Announced> {
  const { content, name, uploadKey, label, profileId } = file;
  const announcement = {
    name,
    bytes: content.size,
    contentType: file.contentType ?? (content.type || 'application/octet-stream'),
    ...(content.size > MAX_BYTES_IN_ONE && { inParts: true }),
  };
  const common = { idempotencyKey: uploadKey, ...(label !== undefined && { label }) };
  const { announced } =
    profileId === undefined
      ? await client.request<{ announced: Announced }>(CREATE_SAMPLE, {
          input: { ...common, file: announcement },
        })
      : await client.request<{ announced: Announced }>(CREATE_INSPECTION, {
          input: { ...common, profileId, source: { file: announcement } },
        });
  assertNone(announced.errors);
  return announced;
}
