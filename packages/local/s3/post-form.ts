import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { createInvalidArgument, S3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/** S3's limit on everything before the file. */
const MAX_FIELD_BYTES = 20_480;
const FILENAME_VARIABLE = /\$\{filename\}/g;

/** The fields before the file: lower-case names, `${filename}` replaced, repeated fields joined by commas. */
export type FormFields = ReadonlyMap<string, string>;

function openParser(contentType: string): BusboyInstance {
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    const Condition = 'Bucket POST must be of the enclosure-type multipart/form-data';
    throw new S3Error('PreconditionFailed', undefined, { Condition });
  }
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      limits: { fieldSize: MAX_FIELD_BYTES + 1 },
    });
  } catch {
    throw new S3Error('MalformedPOSTRequest');
  }
}

function replaceFilename(fields: FormFields, filename: string | undefined): FormFields {
  if (filename === undefined) return fields;
  return new Map(
    [...fields].map(([name, value]) => [name, value.replaceAll(FILENAME_VARIABLE, () => filename)]),
  );
}

/**
 * Reads a multipart form whose file comes last. `receiveFile` gets the fields and the file's bytes as they
 * arrive; the rest of the form is read to its end whatever it does, so that the client can read the answer
 * instead of meeting a reset. Its result counts only when the form is whole: otherwise it goes to `discard`.
 *
 * Throws what `receiveFile` throws, MalformedPOSTRequest, MaxPostPreDataLengthExceeded, PreconditionFailed (not
 * a form) and InvalidArgument (no file).
 */
export async function receiveForm<T>(
  { headers, body }: Pick<S3Request, 'headers' | 'body'>,
  receiveFile: (fields: FormFields, file: Readable) => Promise<T>,
  discard: (result: T) => void,
): Promise<T> {
  const parser = openParser(headers.get('content-type') ?? '');
  const fields = new Map<string, string>();
  let fieldBytes = 0;
  let result: Promise<T> | undefined;
  let current: Readable | undefined;

  parser.on('field', (name: string | undefined, value: string) => {
    if (result) return;
    const key = (name ?? '').toLowerCase();
    fieldBytes += Buffer.byteLength(key) + Buffer.byteLength(value);
    if (fieldBytes > MAX_FIELD_BYTES) return;
    const before = fields.get(key);
    fields.set(key, before === undefined ? value : `${before},${value}`);
  });
  parser.on('file', (_name: string, file: Readable, filename: string | undefined) => {
    // A form cut short errors the file; the parser reports the same, which is what is answered.
    file.on('error', () => undefined);
    if (result || fieldBytes > MAX_FIELD_BYTES) {
      file.resume();
      return;
    }
    current = file;
    result = receiveFile(replaceFilename(fields, filename), file);
    result.catch(() => file.resume());
  });

  try {
    const finished = once(parser, 'finish');
    finished.catch(() => undefined);
    for await (const piece of body) {
      if (!parser.write(piece)) await Promise.race([once(parser, 'drain'), finished]);
    }
    parser.end();
    await finished;
  } catch {
    const error = new S3Error('MalformedPOSTRequest');
    current?.destroy(error);
    await result?.then(discard, () => undefined);
    throw error;
  }
  if (fieldBytes > MAX_FIELD_BYTES) {
    const details = { MaxPostPreDataLengthBytes: String(MAX_FIELD_BYTES) };
    throw new S3Error('MaxPostPreDataLengthExceeded', undefined, details);
  }
  if (result) return await result;
  throw createInvalidArgument('POST requires exactly one file upload per request.', 'file', '0');
}
