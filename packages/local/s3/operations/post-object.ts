import type { Readable } from 'node:stream';
import { type Answer, answerXml } from '../answer.ts';
import { readAttributes } from '../attributes.ts';
import { authenticateForm, createMissingField } from '../authentication.ts';
import { createTooLarge, MAX_UPLOAD_BYTES } from '../body.ts';
import {
  createBadChecksum,
  DEFAULT_ALGORITHM,
  readChecksumHeader,
  writeChecksumHeaders,
} from '../checksums.ts';
import { digestBytes } from '../digest-bytes.ts';
import { S3Error } from '../errors.ts';
import { type FormFields, receiveForm } from '../post-form.ts';
import { checkPostPolicy, parsePostPolicy, type SizeRange } from '../post-policy.ts';
import type { ObjectAttributes, ObjectRecord } from '../records.ts';
import { checkKeyLength } from '../request.ts';
import { type BucketCall, type ReceivedBody, writeObject } from '../service.ts';
import { encodeUri } from '../uri.ts';

interface AcceptedForm {
  readonly fields: FormFields;
  readonly key: string;
  readonly attributes: ObjectAttributes;
  readonly range: SizeRange;
  readonly checksum: ReturnType<typeof readChecksumHeader>;
}

/** Everything of a form that can be judged before its file. Order of checks as observed on S3. */
function acceptForm({ service, bucket }: BucketCall, fields: FormFields): AcceptedForm {
  const policyText = authenticateForm(fields, service);
  const key = fields.get('key');
  if (!key) throw createMissingField('key');
  const range = checkPostPolicy(parsePostPolicy(policyText), fields, {
    bucket: bucket.name,
    now: service.clock(),
    maxBytes: MAX_UPLOAD_BYTES,
  });
  checkKeyLength(key);
  const checksum = readChecksumHeader(fields);
  const promised = fields.get('x-amz-checksum-algorithm')?.toUpperCase();
  if (promised !== undefined && promised !== checksum?.algorithm) {
    const what = 'x-amz-checksum-algorithm specified, but no corresponding x-amz-checksum-* field was found.';
    throw new S3Error('InvalidRequest', what);
  }
  return { fields, key, attributes: readAttributes(fields), range, checksum };
}

async function receiveFile(call: BucketCall, form: AcceptedForm, file: Readable): Promise<ReceivedBody> {
  const { range, checksum, fields } = form;
  const algorithm = checksum?.algorithm ?? DEFAULT_ALGORITHM;
  const bytes = file.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const { result, md5, getSum } = await digestBytes(bytes, call.service.blobs.write, {
    algorithms: [algorithm],
    limit: range.max,
    createLimitError: (size) => createTooLarge(size, range.max),
    check: (digests) => {
      if (digests.size < range.min) {
        const details = { ProposedSize: String(digests.size), MinSizeAllowed: String(range.min) };
        throw new S3Error('EntityTooSmall', undefined, details);
      }
      const md5Text = digests.md5.toString('base64');
      if ((fields.get('content-md5') ?? md5Text) !== md5Text) throw new S3Error('BadDigest');
      if (checksum && checksum.value !== digests.getSum(algorithm)) throw createBadChecksum(algorithm);
    },
  });
  return { draft: result, md5, checksum: { algorithm, value: getSum(algorithm) } };
}

/** A browser upload by form and signed policy. Source: S3 Developer Guide, "POST Object". */
export async function postObject(call: BucketCall): Promise<Answer> {
  const { form, received } = await receiveForm(
    call.request,
    async (fields, file) => {
      const accepted = acceptForm(call, fields);
      return { form: accepted, received: await receiveFile(call, accepted, file) };
    },
    (abandoned) => abandoned.received.draft.discard(),
  );
  return answerPost(call, form.fields, writeObject(call, received, form, 'ObjectCreated:Post'));
}

function answerPost(call: BucketCall, fields: FormFields, { bucket, key, ...object }: ObjectRecord): Answer {
  const host = call.request.headers.get('host') ?? 'localhost';
  const path = host.startsWith(`${bucket}.`) ? '' : `${bucket}/`;
  const location = `http://${host}/${path}${encodeUri(key)}`;
  const etag = `"${object.etag}"`;
  const headers = { ETag: etag, Location: location, ...writeChecksumHeaders(object.checksum) };
  const redirect = readRedirect(fields.get('success_action_redirect') ?? fields.get('redirect'));
  if (redirect !== undefined) {
    const answered = new URLSearchParams({ bucket, key, etag });
    const separator = redirect.includes('?') ? '&' : '?';
    return { status: 303, headers: { ...headers, Location: redirect + separator + answered } };
  }
  const status = fields.get('success_action_status');
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers };
  const node = { Location: location, Bucket: bucket, Key: key, ETag: etag };
  return answerXml('PostResponse', node, { status: 201, headers, namespace: false });
}

/** S3 acts as if the field were absent when it cannot read it as an absolute URL. */
function readRedirect(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}
