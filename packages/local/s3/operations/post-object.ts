import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type Answer, answerXml } from '../answer.ts';
import { readAttributes } from '../attributes.ts';
import {
  type ChecksumAlgorithm,
  createBadChecksum,
  createDigest,
  DEFAULT_ALGORITHM,
  readChecksumHeader,
} from '../checksums.ts';
import { createInvalidArgument, S3Error } from '../errors.ts';
import type { ObjectAttributes, ObjectRecord } from '../object-record.ts';
import { createTooLarge, digestBytes, MAX_UPLOAD_BYTES, type ReceivedBody, readGently } from '../payload.ts';
import { authenticateForm } from '../post-authentication.ts';
import { type FormFields, receiveForm } from '../post-form.ts';
import { checkPostPolicy, parsePostPolicy, type SizeRange } from '../post-policy.ts';
import { checkKeyLength } from '../request.ts';
import type { BucketCall } from '../service.ts';
import { encodeUri } from '../uri.ts';
import { writeChecksumHeaders, writeObject } from '../write-object.ts';
import { writeXml } from '../xml.ts';

interface AcceptedForm {
  readonly fields: FormFields;
  readonly key: string;
  readonly attributes: ObjectAttributes;
  readonly range: SizeRange;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value?: string };
}

/** Everything of a form that can be judged before its file. Order of checks as observed on S3. */
function acceptForm({ service, bucket }: BucketCall, fields: FormFields): AcceptedForm {
  const now = service.clock();
  const policyText = authenticateForm(fields, service);
  const key = fields.get('key');
  if (!key) {
    throw createInvalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      'key',
      '',
    );
  }
  const policy = parsePostPolicy(policyText);
  const range = checkPostPolicy(policy, fields, { bucket: bucket.name, now, maxBytes: MAX_UPLOAD_BYTES });
  checkKeyLength(key);
  return { fields, key, attributes: readAttributes(fields), range, checksum: readNamedChecksum(fields) };
}

function readNamedChecksum(fields: FormFields): AcceptedForm['checksum'] {
  const named = readChecksumHeader(fields);
  const algorithm = fields.get('x-amz-checksum-algorithm');
  if (algorithm !== undefined && algorithm.toUpperCase() !== named?.algorithm) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-checksum-algorithm specified, but no corresponding x-amz-checksum-* field was found.',
    );
  }
  return named ?? { algorithm: DEFAULT_ALGORITHM };
}

async function receiveFile(
  call: BucketCall,
  form: AcceptedForm,
  file: Readable,
): Promise<Omit<ReceivedBody, 'requested'>> {
  const { range, checksum, fields } = form;
  const md5 = createHash('md5');
  const digest = createDigest(checksum.algorithm);
  const draft = await call.service.blobs.write(
    digestBytes(readGently(file), [md5, digest], range.max, (size) => createTooLarge(size, range.max)),
  );
  try {
    if (draft.size < range.min) {
      throw new S3Error('EntityTooSmall', undefined, {
        ProposedSize: String(draft.size),
        MinSizeAllowed: String(range.min),
      });
    }
    const md5Value = md5.digest();
    const contentMd5 = fields.get('content-md5');
    if (contentMd5 !== undefined && contentMd5 !== md5Value.toString('base64'))
      throw new S3Error('BadDigest');
    const value = digest.digest().toString('base64');
    if (checksum.value !== undefined && checksum.value !== value) throw createBadChecksum(checksum.algorithm);
    return { draft, md5: md5Value, checksum: { algorithm: checksum.algorithm, value } };
  } catch (error) {
    draft.discard();
    throw error;
  }
}

/** A browser upload by form and signed policy. Source: S3 Developer Guide, "POST Object". */
export async function postObject(call: BucketCall): Promise<Answer> {
  const { form, received } = await receiveForm(
    call.request.incoming,
    async (fields, file) => {
      const accepted = acceptForm(call, fields);
      return { form: accepted, received: await receiveFile(call, accepted, file) };
    },
    (abandoned) => abandoned.received.draft.discard(),
  );
  const object = writeObject(call, received, {
    key: form.key,
    attributes: form.attributes,
    event: 'ObjectCreated:Post',
    precondition: {},
  });
  return answerPost(call, form.fields, object);
}

function answerPost(call: BucketCall, fields: FormFields, object: ObjectRecord): Answer {
  const host = call.request.headers.get('host') ?? 'localhost';
  const isVirtualHost = host.startsWith(`${object.bucket}.`);
  const location = `http://${host}/${isVirtualHost ? '' : `${object.bucket}/`}${encodeUri(object.key)}`;
  const etag = `"${object.etag}"`;
  const headers = { ETag: etag, Location: location, ...writeChecksumHeaders(object) };
  const redirect = readRedirect(fields.get('success_action_redirect') ?? fields.get('redirect'));
  if (redirect !== undefined) {
    const answered = new URLSearchParams({ bucket: object.bucket, key: object.key, etag });
    const separator = redirect.includes('?') ? '&' : '?';
    return { status: 303, headers: { ...headers, Location: redirect + separator + answered } };
  }
  switch (fields.get('success_action_status')) {
    case '200':
      return { status: 200, headers };
    case '201':
      return answerXml(
        writeXml(
          'PostResponse',
          { Location: location, Bucket: object.bucket, Key: object.key, ETag: etag },
          { namespace: false },
        ),
        headers,
        201,
      );
    default:
      return { status: 204, headers };
  }
}

/** S3 acts as if the field were absent when it cannot read it as an absolute URL. */
function readRedirect(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}
