import { createHash, createHmac } from 'node:crypto';

/** AWS Signature Version 4 for requests that somebody else will send: a browser form and a plain GET. */

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

/**
 * A URL that lets its holder GET one object.
 * @param url address of the object, its path already percent-encoded
 * @param expiresSeconds 1 to 604,800
 */
export function presignGet(scope: SigningScope, url: URL, expiresSeconds: number): string {
  const { credentials } = scope;
  const query: Record<string, string> = {
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${credentials.accessKeyId}/${renderScope(scope)}`,
    'X-Amz-Date': renderTimestamp(scope.now),
    'X-Amz-Expires': String(expiresSeconds),
    'X-Amz-SignedHeaders': 'host',
    ...(credentials.sessionToken && { 'X-Amz-Security-Token': credentials.sessionToken }),
  };
  const canonicalQuery = Object.keys(query)
    .sort()
    .map((name) => `${escapeUri(name)}=${escapeUri(query[name] ?? '')}`)
    .join('&');
  const canonicalRequest = [
    'GET',
    url.pathname,
    canonicalQuery,
    `host:${url.host}`,
    '',
    'host',
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
