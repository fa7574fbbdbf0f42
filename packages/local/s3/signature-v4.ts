import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { encodeUri } from './uri.ts';

/**
 * AWS Signature Version 4 as S3 uses it: the path is encoded once, and nothing is normalised.
 * Source: "Create a signed AWS API request" and S3's "Authenticating Requests (AWS Signature Version 4)".
 */
export const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';
const SERVICE = 's3';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** `<access key>/<yyyymmdd>/<region>/s3/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
}

export interface SignableRequest {
  readonly method: string;
  /** Decoded path, beginning with `/`. */
  readonly path: string;
  /** Decoded parameters without X-Amz-Signature. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; values hold one char a byte, as Node reads them from the wire. */
  readonly headers: ReadonlyMap<string, string>;
  readonly signedHeaders: readonly string[];
  /** Lower-case hex SHA-256 of the body, or one of S3's words for a body that is not hashed. */
  readonly payloadHash: string;
}

/** Undefined when malformed or for another service. An access key may hold slashes. */
export function parseCredential(text: string): CredentialScope | undefined {
  const match = /^(.+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/s.exec(text);
  const [, accessKeyId = '', date = '', region = ''] = match ?? [];
  return match ? { accessKeyId, date, region } : undefined;
}

/** Milliseconds since the epoch of `yyyymmddThhmmssZ`, undefined when it is not one. */
export function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** `yyyymmddThhmmssZ` of a time in milliseconds since the epoch. */
export function formatAmzDate(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

function compareBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function writeCanonicalRequest(request: SignableRequest): string {
  const query = request.parameters
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort((left, right) => compareBytes(left[0], right[0]) || compareBytes(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = request.signedHeaders
    .map((name) => `${name}:${(request.headers.get(name) ?? '').trim().replaceAll(/ +/g, ' ')}\n`)
    .join('');
  return [
    request.method,
    encodeUri(request.path, { keepSlash: true }),
    query,
    headers,
    request.signedHeaders.join(';'),
    request.payloadHash,
  ].join('\n');
}

export function writeStringToSign(
  canonicalRequest: string,
  amzDate: string,
  { date, region }: Pick<CredentialScope, 'date' | 'region'>,
): string {
  // Header values are bytes held as chars, and everything else is ASCII: latin1 gives the bytes sent.
  const hash = createHash('sha256').update(canonicalRequest, 'latin1').digest('hex');
  return [ALGORITHM, amzDate, `${date}/${region}/${SERVICE}/${TERMINATOR}`, hash].join('\n');
}

/** Hex HMAC-SHA256 of a string to sign (or of a base64 POST policy) under the key of that day and region. */
export function signString(
  stringToSign: string,
  secretAccessKey: string,
  { date, region }: Pick<CredentialScope, 'date' | 'region'>,
): string {
  const signingKey = [date, region, SERVICE, TERMINATOR].reduce<string | Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac('sha256', signingKey).update(stringToSign).digest('hex');
}

export function isSameSignature(expected: string, provided: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(provided);
  return left.length === right.length && timingSafeEqual(left, right);
}
