import { createInvalidArgument, S3Error } from './errors.ts';
import {
  ALGORITHM,
  type CredentialScope,
  type Credentials,
  formatAmzDate,
  isSameSignature,
  isScopeWellFormed,
  parseAmzDate,
  parseCredential,
  signString,
  writeCanonicalRequest,
  writeStringToSign,
} from './signature-v4.ts';

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
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

export interface AuthenticationRequest {
  readonly method: string;
  /** Decoded path. */
  readonly path: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Lower-case names, one char a byte. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface AuthenticationContext {
  readonly region: string;
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Authentication {
  readonly presigned: boolean;
  /** What the signer said of the body: hex SHA-256, UNSIGNED-PAYLOAD or a STREAMING- word. */
  readonly payloadHash: string;
}

interface Claim {
  readonly scope: CredentialScope;
  readonly amzDate: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
}

/**
 * Verifies the V4 signature of a request, in its header or its query.
 * Throws AccessDenied (anonymous, expired, unsigned x-amz- header), InvalidAccessKeyId, SignatureDoesNotMatch,
 * RequestTimeTooSkewed, AuthorizationHeaderMalformed, AuthorizationQueryParametersError.
 */
export function authenticate(request: AuthenticationRequest, context: AuthenticationContext): Authentication {
  const authorization = request.headers.get('authorization');
  const query = new Map(request.parameters);
  const presigned = QUERY_PARAMETERS.some((name) => query.has(name));
  if (authorization !== undefined && presigned) {
    throw createInvalidArgument(
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      'Authorization',
      authorization,
    );
  }
  if (authorization === undefined && !presigned) throw new S3Error('AccessDenied');
  const claim = presigned
    ? readQueryClaim(query, request.headers, context)
    : readHeaderClaim(authorization ?? '', request.headers, context);
  checkSignedHeaders(claim.signedHeaders, request.headers);
  checkSignature(claim, request, context);
  if (request.headers.has('x-amz-security-token') || query.has('X-Amz-Security-Token')) {
    throw new S3Error('InvalidToken');
  }
  return { presigned, payloadHash: claim.payloadHash };
}

function readHeaderClaim(
  authorization: string,
  headers: ReadonlyMap<string, string>,
  context: AuthenticationContext,
): Claim {
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    throw new S3Error(
      'InvalidRequest',
      `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
    );
  }
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((field): [string, string] => {
        const [name = '', ...value] = field.trim().split('=');
        return [name, value.join('=')];
      }),
  );
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  const scope = parseCredential(fields.get('Credential') ?? '');
  const malformed = (why: string, details = {}) =>
    new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${why}`, details);
  if (!signedHeaders || !signature) throw malformed('Credential, SignedHeaders and Signature are required.');
  if (!scope || !isScopeWellFormed(scope)) {
    throw malformed('the Credential must be "<access key>/YYYYMMDD/REGION/s3/aws4_request".');
  }
  if (scope.region !== context.region) {
    throw malformed(`the region '${scope.region}' is wrong; expecting '${context.region}'`, {
      Region: context.region,
    });
  }
  const payloadHash = headers.get('x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  const { amzDate, time } = readHeaderDate(headers);
  checkAccessKey(scope, context);
  if (Math.abs(context.now - time) > MAX_SKEW_MS) {
    throw new S3Error('RequestTimeTooSkewed', undefined, {
      RequestTime: amzDate,
      ServerTime: formatSeconds(context.now),
      MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
    });
  }
  if (!amzDate.startsWith(scope.date)) {
    throw malformed(`the date "${scope.date}" of the Credential is not the day of the request.`);
  }
  return { scope, amzDate, signature, payloadHash, signedHeaders: signedHeaders.split(';') };
}

function readHeaderDate(headers: ReadonlyMap<string, string>): { amzDate: string; time: number } {
  const amzDate = headers.get('x-amz-date');
  if (amzDate !== undefined) {
    const time = parseAmzDate(amzDate);
    if (time !== undefined) return { amzDate, time };
  } else {
    const time = Date.parse(headers.get('date') ?? '');
    if (!Number.isNaN(time)) {
      return { amzDate: formatAmzDate(time), time };
    }
  }
  throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
}

function readQueryClaim(
  query: ReadonlyMap<string, string>,
  headers: ReadonlyMap<string, string>,
  context: AuthenticationContext,
): Claim {
  const fail = (message: string, details = {}) =>
    new S3Error('AuthorizationQueryParametersError', message, details);
  const values = QUERY_PARAMETERS.map((name) => query.get(name));
  const [algorithm, credential, signature, amzDate, signedHeaders, expires] = values;
  if (!algorithm || !credential || !signature || !amzDate || !signedHeaders || !expires) {
    throw fail(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (algorithm !== ALGORITHM) throw fail(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const scope = parseCredential(credential);
  if (!scope || !isScopeWellFormed(scope)) {
    throw fail(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  if (scope.region !== context.region) {
    throw fail(
      `Error parsing the X-Amz-Credential parameter; the region '${scope.region}' is wrong; expecting '${context.region}'`,
      { Region: context.region },
    );
  }
  const time = parseAmzDate(amzDate);
  if (time === undefined)
    throw fail("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (!amzDate.startsWith(scope.date)) {
    throw fail(
      `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate}".`,
    );
  }
  checkExpiry(time, expires, context.now, fail);
  checkAccessKey(scope, context);
  const payloadHash =
    query.get('X-Amz-Content-Sha256') ?? headers.get('x-amz-content-sha256') ?? UNSIGNED_PAYLOAD;
  return { scope, amzDate, signature, payloadHash, signedHeaders: signedHeaders.split(';') };
}

function checkExpiry(time: number, expires: string, now: number, fail: (message: string) => S3Error): void {
  if (!/^-?\d+$/.test(expires)) throw fail('X-Amz-Expires should be a number');
  const seconds = Number(expires);
  if (seconds < 0) throw fail('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw fail(
      `X-Amz-Expires must be less than a week (in seconds) that is, the given X-Amz-Expires must be less than ${MAX_EXPIRES_SECONDS} seconds`,
    );
  }
  if (time > now + MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not yet valid');
  const end = time + seconds * 1000;
  if (now > end) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': expires,
      Expires: formatSeconds(end),
      ServerTime: formatSeconds(now),
    });
  }
}

function formatSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}/, '');
}

function checkAccessKey(scope: CredentialScope, { credentials }: AuthenticationContext): void {
  if (scope.accessKeyId === credentials.accessKeyId) return;
  throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: scope.accessKeyId });
}

function checkSignedHeaders(signed: readonly string[], headers: ReadonlyMap<string, string>): void {
  const unsigned = [...headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.includes(name),
  );
  if (!signed.includes('host') && !unsigned.includes('host')) unsigned.push('host');
  if (unsigned.length === 0) return;
  throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: unsigned.join(', '),
  });
}

function checkSignature(claim: Claim, request: AuthenticationRequest, context: AuthenticationContext): void {
  const canonicalRequest = writeCanonicalRequest({
    ...request,
    parameters: request.parameters.filter(([name]) => name !== 'X-Amz-Signature'),
    signedHeaders: claim.signedHeaders,
    payloadHash: claim.payloadHash,
  });
  const stringToSign = writeStringToSign(canonicalRequest, claim.amzDate, claim.scope);
  const expected = signString(stringToSign, context.credentials.secretAccessKey, claim.scope);
  if (isSameSignature(expected, claim.signature)) return;
  throw new S3Error('SignatureDoesNotMatch', undefined, {
    AWSAccessKeyId: claim.scope.accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: claim.signature,
    CanonicalRequest: canonicalRequest,
  });
}
