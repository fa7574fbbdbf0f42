import { createHash, createHmac } from 'node:crypto';

/** AWS Signature Version 4 for requests that somebody else will send: a browser form, a GET, a PUT. */

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When the credentials end, and with them everything they signed. */
  readonly expiration?: Date;
}

export interface SigningScope {
  readonly credentials: AwsCredentials;
  readonly region: string;
  /** Epoch ms. */
  readonly now: number;
}

/** Conditions of a POST policy, as S3 documents them ("Creating a POST policy"). */
export type PolicyCondition =
  | Readonly<Record<string, string>>
  | readonly ['content-length-range', number, number];

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 's3';
const UNRESERVED = /[^A-Za-z0-9\-._~]/g;

/**
 * Form fields that let their holder POST one object to `bucket`.
 * @param fields exact values the form must carry, the key among them
 * @param expiresAt epoch ms
 */
export function signPostPolicy(
  scope: SigningScope,
  bucket: string,
  fields: Readonly<Record<string, string>>,
  bytes: { readonly min: number; readonly max: number },
  expiresAt: number,
): Record<string, string> {
  const { credentials } = scope;
  const signed: Record<string, string> = {
    ...fields,
    'x-amz-algorithm': ALGORITHM,
    'x-amz-credential': `${credentials.accessKeyId}/${renderScope(scope)}`,
    'x-amz-date': renderTimestamp(scope.now),
    ...(credentials.sessionToken && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const conditions: PolicyCondition[] = [
    { bucket },
    ['content-length-range', bytes.min, bytes.max],
    ...Object.entries(signed).map(([name, value]) => ({ [name]: value })),
  ];
  const policy = Buffer.from(
    JSON.stringify({ expiration: new Date(expiresAt).toISOString(), conditions }),
  ).toString('base64');
  return { ...signed, policy, 'x-amz-signature': sign(scope, policy) };
}

/** A request that the holder of its signed URL may send, and no other. */
export interface PresignedRequest {
  readonly method: 'GET' | 'PUT';
  /** Address of the object, its path already percent-encoded, with the operation's own parameters. */
  readonly url: URL;
  /** Headers that have to be sent with exactly these values; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A URL that lets its holder send one kind of request.
 * @param expiresSeconds 1 to 604,800
 */
export function presign(
  scope: SigningScope,
  { method, url, headers = {} }: PresignedRequest,
  expiresSeconds: number,
): string {
  const { credentials } = scope;
  const signedHeaders: Record<string, string> = { ...headers, host: url.host };
  const headerNames = Object.keys(signedHeaders).sort();
  const query: Record<string, string> = {
    ...Object.fromEntries(url.searchParams),
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${credentials.accessKeyId}/${renderScope(scope)}`,
    'X-Amz-Date': renderTimestamp(scope.now),
    'X-Amz-Expires': String(expiresSeconds),
    'X-Amz-SignedHeaders': headerNames.join(';'),
    ...(credentials.sessionToken && { 'X-Amz-Security-Token': credentials.sessionToken }),
  };
  const canonicalQuery = Object.keys(query)
    .sort()
    .map((name) => `${escapeUri(name)}=${escapeUri(query[name] ?? '')}`)
    .join('&');
  const canonicalRequest = [
    method,
    url.pathname,
    canonicalQuery,
    ...headerNames.map((name) => `${name}:${signedHeaders[name]}`),
    '',
    headerNames.join(';'),
    'UNSIGNED-PAYLOAD',
  ];
  const stringToSign = [
    ALGORITHM,
    renderTimestamp(scope.now),
    renderScope(scope),
    createHash('sha256').update(canonicalRequest.join('\n')).digest('hex'),
  ];
  return `${url.origin}${url.pathname}?${canonicalQuery}&X-Amz-Signature=${sign(scope, stringToSign.join('\n'))}`;
}

/** Percent-encodes everything but unreserved characters, as Signature Version 4 asks. */
export function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(UNRESERVED, (character) =>
    character === '%' ? '%' : `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sign(scope: SigningScope, text: string): string {
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const dateKey = hmac(`AWS4${scope.credentials.secretAccessKey}`, renderTimestamp(scope.now).slice(0, 8));
  const signingKey = hmac(hmac(hmac(dateKey, scope.region), SERVICE), 'aws4_request');
  return hmac(signingKey, text).toString('hex');
}

function renderScope({ region, now }: SigningScope): string {
  return `${renderTimestamp(now).slice(0, 8)}/${region}/${SERVICE}/aws4_request`;
}

function renderTimestamp(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
