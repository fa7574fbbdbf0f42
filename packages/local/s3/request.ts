import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';
import { decodeHeaderBytes, decodeUri, locateResource, parseTarget } from './uri.ts';

/** A request as the operations see it. */
export interface S3Request {
  readonly method: string;
  /** Decoded path. */
  readonly path: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** Decoded parameters in the order sent. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly query: ReadonlyMap<string, string>;
  /** Lower-case names, repeated headers joined by commas, one char a byte. */
  readonly rawHeaders: ReadonlyMap<string, string>;
  /** The same with values as text; a presigned request's `x-amz-` parameters count as headers. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly hostId: string;
}

const MAX_KEY_BYTES = 1024;

/** Throws InvalidURI and KeyTooLongError. */
export function readRequest(
  incoming: IncomingMessage,
  more: Pick<S3Request, 'body' | 'requestId' | 'hostId'>,
): S3Request {
  const { rawPath, parameters } = parseTarget(incoming.url ?? '/');
  const rawHeaders = readRawHeaders(incoming.rawHeaders);
  const { bucket, key } = locateResource(rawPath, rawHeaders.get('host') ?? '');
  if (key !== undefined) checkKeyLength(key);
  // Signers of presigned URLs move `x-amz-` headers into the query; S3 reads them from there.
  const moved = parameters.filter(([name]) => /^x-amz-/i.test(name));
  return {
    ...more,
    method: incoming.method ?? 'GET',
    path: decodeUri(rawPath),
    bucket,
    key,
    parameters,
    query: new Map(parameters),
    rawHeaders,
    headers: new Map([
      ...moved.map(([name, value]) => [name.toLowerCase(), value] as const),
      ...[...rawHeaders].map(([name, value]) => [name, decodeHeaderBytes(value)] as const),
    ]),
    sourceIp: (incoming.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
  };
}

function readRawHeaders(pairs: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const name = (pairs[index] ?? '').toLowerCase();
    const value = (pairs[index + 1] ?? '').trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

export function checkKeyLength(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY_BYTES) return;
  const details = { Size: String(size), MaxSizeAllowed: String(MAX_KEY_BYTES) };
  throw new S3Error('KeyTooLongError', undefined, details);
}
