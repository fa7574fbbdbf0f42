import { createInvalidArgument, S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import {
  ALGORITHM,
  type CredentialScope,
  type Credentials,
  formatAmzDate,
  isSameSignature,
  parseAmzDate,
  parseCredential,
  signString,
  writeCanonicalRequest,
  writeStringToSign,
} from './signature-v4.ts';

const MAX_SKEW_MS = 15 * 60_000;
const MAX_EXPIRES_SECONDS = 7 * 86_400;
const QUERY_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;
const FORM_FIELDS = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Signature'] as const;

export interface AuthenticationContext {
  readonly region: string;
  readonly credentials: Credentials;
  readonly clock: () => number;
}

type Details = Readonly<Record<string, string>>;
type Fail = (message: string, details?: Details) => S3Error;

interface Claim {
  readonly scope: CredentialScope;
  readonly amzDate: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
}

/**
 * Verifies the V4 signature of a request, in its header or its query. Returns what the signer said of the body: hex
 * SHA-256, UNSIGNED-PAYLOAD or a STREAMING- word.
 * Throws AccessDenied (anonymous, expired, unsigned x-amz- header), InvalidAccessKeyId, SignatureDoesNotMatch,
 * RequestTimeTooSkewed, AuthorizationHeaderMalformed, AuthorizationQueryParametersError.
 */
export function authenticate(request: S3Request, context: AuthenticationContext): string {
  const authorization = request.rawHeaders.get('authorization');
  const isPresigned = QUERY_PARAMETERS.some((name) => request.query.has(name));
  if (authorization === undefined && !isPresigned) throw new S3Error('AccessDenied');
  if (authorization !== undefined && isPresigned) {
    throw createInvalidArgument('Only one auth mechanism allowed', 'Authorization', authorization);
  }
  const claim = isPresigned
    ? readQueryClaim(request, context)
    : readHeaderClaim(authorization ?? '', request, context);
  checkSignedHeaders(claim.signedHeaders, request.rawHeaders);
  const canonicalRequest = writeCanonicalRequest({
    method: request.method,
    path: request.path,
    parameters: request.parameters.filter(([name]) => name !== 'X-Amz-Signature'),
    headers: request.rawHeaders,
    signedHeaders: claim.signedHeaders,
    payloadHash: claim.payloadHash,
  });
  const stringToSign = writeStringToSign(canonicalRequest, claim.amzDate, claim.scope);
  checkSignature(stringToSign, claim, context, { CanonicalRequest: canonicalRequest });
  const hasToken = request.headers.has('x-amz-security-token');
  if (hasToken) throw new S3Error('InvalidToken');
  return claim.payloadHash;
}

/**
 * Verifies the signature of a form's policy, over the base64 text as received, and returns that text. Nothing in
 * the policy has been judged yet. Throws AccessDenied for a form without credentials, InvalidArgument,
 * InvalidAccessKeyId, SignatureDoesNotMatch. Source: S3 Developer Guide, "Calculating a Signature (POST)".
 */
export function authenticateForm(
  fields: ReadonlyMap<string, string>,
  context: AuthenticationContext,
): string {
  const values = FORM_FIELDS.map((name) => fields.get(name.toLowerCase()) ?? '');
  const [algorithm = '', credential = '', amzDate = '', signature = ''] = values;
  const policy = fields.get('policy');
  if (policy === undefined || values.every((value) => value === '')) throw new S3Error('AccessDenied');
  const missing = FORM_FIELDS[values.indexOf('')];
  if (missing !== undefined) throw createMissingField(missing);
  const fail: Fail = (message) => createInvalidArgument(message, 'X-Amz-Credential', credential);
  if (algorithm !== ALGORITHM) throw fail(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const { scope } = readScope(credential, amzDate, context, fail);
  checkSignature(policy, { scope, signature }, context);
  if (fields.has('x-amz-security-token')) throw new S3Error('InvalidToken');
  return policy;
}

export function createMissingField(name: string): S3Error {
  const message = `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`;
  return createInvalidArgument(message, name, '');
}

function readHeaderClaim(
  authorization: string,
  { rawHeaders }: S3Request,
  context: AuthenticationContext,
): Claim {
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    throw new S3Error('InvalidRequest', `The authorization mechanism is not supported. Use ${ALGORITHM}.`);
  }
  const fail: Fail = (message, details) =>
    new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${message}`, details);
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((field) => field.trim().split(/=(.*)/s, 2) as [string, string]),
  );
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (!signedHeaders || !signature) throw fail('Credential, SignedHeaders and Signature are required.');
  const payloadHash = rawHeaders.get('x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  const sent = Date.parse(rawHeaders.get('date') ?? '');
  const amzDate = rawHeaders.get('x-amz-date') ?? (Number.isNaN(sent) ? '' : formatAmzDate(sent));
  if (parseAmzDate(amzDate) === undefined) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  const { scope, time } = readScope(fields.get('Credential') ?? '', amzDate, context, fail);
  if (Math.abs(context.clock() - time) > MAX_SKEW_MS) {
    throw new S3Error('RequestTimeTooSkewed', undefined, {
      RequestTime: amzDate,
      ServerTime: formatSeconds(context.clock()),
      MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
    });
  }
  return { scope, amzDate, signature, payloadHash, signedHeaders: signedHeaders.split(';') };
}

function readQueryClaim({ query, rawHeaders }: S3Request, context: AuthenticationContext): Claim {
  const fail: Fail = (message, details) => new S3Error('AuthorizationQueryParametersError', message, details);
  const values = QUERY_PARAMETERS.map((name) => query.get(name) ?? '');
  if (values.includes('')) {
    throw fail(`Query-string authentication version 4 requires ${QUERY_PARAMETERS.join(', ')}.`);
  }
  const [algorithm, credential = '', signature = '', amzDate = '', signedHeaders = '', expires = ''] = values;
  if (algorithm !== ALGORITHM) throw fail(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const { scope, time } = readScope(credential, amzDate, context, fail);
  checkExpiry(time, expires, context.clock(), fail);
  const payloadHash =
    query.get('X-Amz-Content-Sha256') ?? rawHeaders.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD';
  return { scope, amzDate, signature, payloadHash, signedHeaders: signedHeaders.split(';') };
}

/** Judges a credential and the date it was used. */
function readScope(
  credential: string,
  amzDate: string,
  { region, credentials }: AuthenticationContext,
  fail: Fail,
): { scope: CredentialScope; time: number } {
  const scope = parseCredential(credential);
  const time = parseAmzDate(amzDate);
  if (!scope) {
    throw fail('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/s3/aws4_request".');
  }
  if (scope.region !== region) {
    throw fail(`the region '${scope.region}' is wrong; expecting '${region}'`, { Region: region });
  }
  if (time === undefined) throw fail('X-Amz-Date must be in the ISO8601 Long Format "yyyyMMddTHHmmssZ"');
  if (!amzDate.startsWith(scope.date)) {
    throw fail(`Invalid credential date "${scope.date}". It is not the same as X-Amz-Date: "${amzDate}".`);
  }
  if (scope.accessKeyId !== credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: scope.accessKeyId });
  }
  return { scope, time };
}

function checkExpiry(time: number, expires: string, now: number, fail: Fail): void {
  if (!/^-?\d+$/.test(expires)) throw fail('X-Amz-Expires should be a number');
  const seconds = Number(expires);
  if (seconds < 0) throw fail('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw fail(`X-Amz-Expires must be less than a week, that is ${MAX_EXPIRES_SECONDS} seconds`);
  }
  if (time > now + MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not yet valid');
  const end = time + seconds * 1000;
  if (now <= end) return;
  throw new S3Error('AccessDenied', 'Request has expired', {
    'X-Amz-Expires': expires,
    Expires: formatSeconds(end),
    ServerTime: formatSeconds(now),
  });
}

function formatSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}/, '');
}

function checkSignedHeaders(signed: readonly string[], headers: ReadonlyMap<string, string>): void {
  const mustBeSigned = ['host', ...[...headers.keys()].filter((name) => name.startsWith('x-amz-'))];
  const unsigned = mustBeSigned.filter((name) => !signed.includes(name));
  if (unsigned.length === 0) return;
  throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: unsigned.join(', '),
  });
}

function checkSignature(
  stringToSign: string,
  { scope, signature }: Pick<Claim, 'scope' | 'signature'>,
  { credentials }: AuthenticationContext,
  details: Details = {},
): void {
  if (isSameSignature(signString(stringToSign, credentials.secretAccessKey, scope), signature)) return;
  throw new S3Error('SignatureDoesNotMatch', undefined, {
    AWSAccessKeyId: scope.accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: signature,
    ...details,
  });
}
