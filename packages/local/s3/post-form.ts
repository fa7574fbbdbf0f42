import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { createInvalidArgument, S3Error } from './errors.ts';

/** S3's limit on everything before the file. */
const MAX_FIELD_BYTES = 20_480;
const FILENAME_VARIABLE = /\$\{filename\}/g;

/** The fields before the file: lower-case names, `${filename}` replaced, repeated fields joined by commas. */
export type FormFields = ReadonlyMap<string, string>;

function createBadForm(): S3Error {
  return new S3Error('MalformedPOSTRequest');
}

function openParser(incoming: IncomingMessage): BusboyInstance {
  const contentType = incoming.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new S3Error('PreconditionFailed', undefined, {
      Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
    });
  }
  try {
    return new Busboy({
      headers: incoming.headers as BusboyHeaders,
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      limits: { fieldSize: MAX_FIELD_BYTES + 1 },
    });
  } catch {
    throw createBadForm();
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
export function receiveForm<T>(
  incoming: IncomingMessage,
  receiveFile: (fields: FormFields, file: Readable) => Promise<T>,
  discard: (result: T) => void,
): Promise<T> {
  const parser = openParser(incoming);
  const fields = new Map<string, string>();
  let fieldBytes = 0;
  let result: Promise<T> | undefined;
  let current: Readable | undefined;
  let isFinished = false;

  return new Promise<T>((resolve, reject) => {
    function fail(error: unknown): void {
      if (isFinished) return;
      isFinished = true;
      incoming.unpipe(parser);
      incoming.resume();
      current?.destroy(error instanceof Error ? error : undefined);
      if (!result) reject(error);
      else void result.then(discard, () => undefined).finally(() => reject(error));
    }

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

    parser.on('finish', () => {
      if (isFinished) return;
      isFinished = true;
      if (fieldBytes > MAX_FIELD_BYTES) {
        reject(
          new S3Error('MaxPostPreDataLengthExceeded', undefined, {
            MaxPostPreDataLengthBytes: String(MAX_FIELD_BYTES),
          }),
        );
      } else if (result) result.then(resolve, reject);
      else reject(createInvalidArgument('POST requires exactly one file upload per request.', 'file', '0'));
    });
    parser.on('error', () => fail(createBadForm()));
    incoming.on('error', fail);
    incoming.on('close', () => {
      if (!incoming.complete) fail(createBadForm());
    });
    incoming.pipe(parser);
  });
}
