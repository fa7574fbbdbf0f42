import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';
import { decodeHeaderBytes, decodeUri, locateResource, parseTarget, type RequestTarget } from './uri.ts';

/** A request as the operations see it. */
export interface S3Request {
  readonly incoming: IncomingMessage;
  readonly method: string;
  readonly target: RequestTarget;
  /** Decoded path. */
  readonly path: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly query: ReadonlyMap<string, string>;
  /** Lower-case names, repeated headers joined by commas, one char a byte. */
  readonly rawHeaders: ReadonlyMap<string, string>;
  /** The same with values as text; a presigned request's `x-amz-` parameters count as headers. */
  readonly headers: ReadonlyMap<string, string>;
  readonly requestId: string;
  readonly hostId: string;
}

const MAX_KEY_BYTES = 1024;

function readRawHeaders(incoming: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    const name = (incoming.rawHeaders[index] ?? '').toLowerCase();
    const value = (incoming.rawHeaders[index + 1] ?? '').trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

/** Signers of presigned URLs move `x-amz-` headers into the query; S3 reads them from there. */
function readHeaders(
  rawHeaders: ReadonlyMap<string, string>,
  target: RequestTarget,
): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of target.parameters) {
    if (/^x-amz-/i.test(name)) headers.set(name.toLowerCase(), value);
  }
  for (const [name, value] of rawHeaders) headers.set(name, decodeHeaderBytes(value));
  return headers;
}

/** Throws InvalidURI and KeyTooLongError. */
export function readRequest(
  incoming: IncomingMessage,
  ids: { readonly requestId: string; readonly hostId: string },
): S3Request {
  const target = parseTarget(incoming.url ?? '/');
  const rawHeaders = readRawHeaders(incoming);
  const { bucket, key } = locateResource(target.rawPath, rawHeaders.get('host') ?? '');
  if (key !== undefined) checkKeyLength(key);
  return {
    incoming,
    method: incoming.method ?? 'GET',
    target,
    path: decodeUri(target.rawPath),
    bucket,
    key,
    query: new Map(target.parameters),
    rawHeaders,
    headers: readHeaders(rawHeaders, target),
    ...ids,
  };
}

export function checkKeyLength(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY_BYTES) return;
  throw new S3Error('KeyTooLongError', undefined, {
    Size: String(size),
    MaxSizeAllowed: String(MAX_KEY_BYTES),
  });
}
