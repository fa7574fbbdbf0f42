import { type RetryOptions, retry } from './retry.ts';

/** How to send one file; the API's `UploadTicket`. */
export interface UploadTicket {
  readonly url: string;
  readonly method: string;
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

/** The object store refused the file. */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  /** HTTP status. */
  readonly status: number;
  /** The object store's code, e.g. `EntityTooLarge`. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(`${code}: ${message}`);
    this.status = status;
    this.code = code;
  }
}

export interface UploadOptions extends RetryOptions {
  readonly fetch?: typeof fetch;
}

/**
 * Sends a file straight to the object store with its ticket: a form POST, the ticket's fields first, the file last.
 * Sending it twice does no harm: a ticket names one place and one size.
 * @throws UploadError when the store refuses it; the network's error when that stays broken
 */
export async function uploadFile(
  ticket: UploadTicket,
  file: Uint8Array<ArrayBuffer> | Blob,
  options: UploadOptions = {},
): Promise<void> {
  await retry(() => sendOnce(ticket, file, options), options, isRefused);
}

/** Whether the store refused for good. */
function isRefused(error: unknown): boolean {
  return error instanceof UploadError && error.status < 500;
}

async function sendOnce(
  ticket: UploadTicket,
  file: Uint8Array<ArrayBuffer> | Blob,
  options: UploadOptions,
): Promise<void> {
  const form = new FormData();
  for (const { name, value } of ticket.fields) form.append(name, value);
  form.append('file', file instanceof Blob ? file : new Blob([file]), 'file');
  const response = await (options.fetch ?? fetch)(ticket.url, {
    method: ticket.method,
    headers: (ticket.headers ?? []).map(({ name, value }): [string, string] => [name, value]),
    body: form,
    ...(options.signal && { signal: options.signal }),
  });
  await readStoreAnswer(response);
}

/** @throws UploadError unless the object store says that all is well */
export async function readStoreAnswer(response: Response): Promise<void> {
  const text = await response.text();
  if (response.ok) return;
  throw new UploadError(
    response.status,
    /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? 'Unknown',
    /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? text.slice(0, 200),
  );
}
