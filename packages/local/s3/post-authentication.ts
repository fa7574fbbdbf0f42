import { createInvalidArgument, S3Error } from './errors.ts';
import type { FormFields } from './post-form.ts';
import {
  ALGORITHM,
  type Credentials,
  isSameSignature,
  isScopeWellFormed,
  parseAmzDate,
  parseCredential,
  signString,
} from './signature-v4.ts';

const REQUIRED = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Signature'] as const;

/**
 * Verifies the signature of a form's policy, over the base64 text as received, and returns that text. Nothing in
 * the policy has been judged yet. Throws AccessDenied for a form without credentials, InvalidArgument,
 * InvalidAccessKeyId, SignatureDoesNotMatch. Source: S3 Developer Guide, "Calculating a Signature (POST)".
 */
export function authenticateForm(
  fields: FormFields,
  context: { readonly region: string; readonly credentials: Credentials },
): string {
  const policy = fields.get('policy');
  const isAnonymous = REQUIRED.every((name) => !fields.get(name.toLowerCase()));
  if (policy === undefined || isAnonymous) throw new S3Error('AccessDenied');
  for (const name of REQUIRED) {
    if (fields.get(name.toLowerCase())) continue;
    throw createInvalidArgument(
      `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
      name,
      '',
    );
  }
  const read = (name: (typeof REQUIRED)[number]) => fields.get(name.toLowerCase()) ?? '';
  const fail = (message: string, name: (typeof REQUIRED)[number]) =>
    createInvalidArgument(message, name, read(name));
  if (read('X-Amz-Algorithm') !== ALGORITHM) {
    throw fail(`X-Amz-Algorithm only supports "${ALGORITHM}"`, 'X-Amz-Algorithm');
  }
  const scope = parseCredential(read('X-Amz-Credential'));
  if (!scope || !isScopeWellFormed(scope)) {
    throw fail(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
      'X-Amz-Credential',
    );
  }
  if (scope.region !== context.region) {
    throw fail(`the region '${scope.region}' is wrong; expecting '${context.region}'`, 'X-Amz-Credential');
  }
  if (parseAmzDate(read('X-Amz-Date')) === undefined) {
    throw fail('X-Amz-Date must be formated via ISO8601 Long format', 'X-Amz-Date');
  }
  if (!read('X-Amz-Date').startsWith(scope.date)) {
    throw fail(`the date '${scope.date}' of the Credential is not the day of X-Amz-Date`, 'X-Amz-Date');
  }
  if (scope.accessKeyId !== context.credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: scope.accessKeyId });
  }
  const expected = signString(policy, context.credentials.secretAccessKey, scope);
  const provided = read('X-Amz-Signature');
  if (!isSameSignature(expected, provided)) {
    throw new S3Error('SignatureDoesNotMatch', undefined, {
      AWSAccessKeyId: scope.accessKeyId,
      StringToSign: policy,
      SignatureProvided: provided,
    });
  }
  if (fields.has('x-amz-security-token')) throw new S3Error('InvalidToken');
  return policy;
}
