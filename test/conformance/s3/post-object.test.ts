import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  BUCKET,
  CREDENTIALS,
  readErrorCode,
  startServer,
  type TestServer,
  waitUntil,
} from '../../../packages/local/s3/testing/server.ts';
import { type PolicyOptions, signPolicy } from '../../../packages/local/s3/testing/signing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach(() => {
  server.skew = 0;
});
afterAll(() => server.stop());

interface Form {
  readonly fields?: Record<string, string>;
  readonly conditions?: readonly unknown[];
  readonly file?: Blob | null;
  readonly filename?: string;
  readonly policy?: Partial<PolicyOptions>;
  /** Changes the signed fields before they are sent. */
  readonly tamper?: (fields: Record<string, string>) => Record<string, string>;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own variable
const FORM_KEY = 'form/${filename}';
const BASE = [{ bucket: BUCKET }, ['starts-with', '$key', 'form/']];

async function post(form: Form = {}): Promise<Response> {
  const fields = { key: 'form/object', ...form.fields };
  const signed = signPolicy({ conditions: [...BASE, ...(form.conditions ?? [])], ...form.policy });
  const data = new FormData();
  const sent = form.tamper?.({ ...fields, ...signed }) ?? { ...fields, ...signed };
  for (const [name, value] of Object.entries(sent)) data.append(name, value);
  if (form.file !== null)
    data.append('file', form.file ?? new Blob(['content']), form.filename ?? 'photo.jpg');
  return fetch(`${server.endpoint}/${BUCKET}`, { method: 'POST', body: data, redirect: 'manual' });
}

async function read(key: string) {
  const answer = await server.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  return { answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
}

async function countKeys(prefix: string): Promise<number> {
  const { KeyCount } = await server.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
  return KeyCount ?? -1;
}

describe('a form upload', () => {
  it('stores the bytes with type and metadata and answers 204', async () => {
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256));
    const response = await post({
      fields: { 'Content-Type': 'image/jpeg', 'x-amz-meta-Line': '4' },
      conditions: [
        { 'Content-Type': 'image/jpeg' },
        ['eq', '$x-amz-meta-line', '4'],
        ['content-length-range', 1, 200_000],
      ],
      file: new Blob([bytes]),
    });
    expect(response.status).toBe(204);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    expect(response.headers.get('etag')).toBe(etag);
    expect(response.headers.get('location')).toBe(`${server.endpoint}/${BUCKET}/form%2Fobject`);
    const { answer, bytes: stored } = await read('form/object');
    expect(stored.equals(bytes)).toBe(true);
    expect(answer).toMatchObject({ ETag: etag, ContentType: 'image/jpeg', Metadata: { line: '4' } });
  });

  it('answers as success_action_status and success_action_redirect say', async () => {
    const status = (value: string) =>
      post({ fields: { success_action_status: value }, conditions: [{ success_action_status: value }] });
    expect((await status('200')).status).toBe(200);
    expect((await status('418')).status).toBe(204);
    const created = await status('201');
    expect(created.status).toBe(201);
    expect(await created.text()).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${server.endpoint}/${BUCKET}/form%2Fobject</Location><Bucket>${BUCKET}</Bucket><Key>form/object</Key><ETag>&quot;9a0364b9e99bb480dd25e1f0284c8555&quot;</ETag></PostResponse>`,
    );
    const redirect = (url: string) =>
      post({
        fields: { success_action_redirect: url },
        conditions: [['starts-with', '$success_action_redirect', '']],
      });
    const moved = await redirect('https://app.example.com/done?a=1');
    expect(moved.status).toBe(303);
    expect(moved.headers.get('location')).toBe(
      `https://app.example.com/done?a=1&bucket=${BUCKET}&key=form%2Fobject&etag=%229a0364b9e99bb480dd25e1f0284c8555%22`,
    );
    expect((await redirect('/relative')).status).toBe(204);
  });

  it('puts the file name in the key, without its folders', async () => {
    const stored = async (filename: string) => {
      const response = await post({
        fields: { key: FORM_KEY, success_action_status: '201' },
        conditions: [{ success_action_status: '201' }],
        filename,
      });
      return /<Key>(.*)<\/Key>/.exec(await response.text())?.[1];
    };
    expect(await stored('a b+ü写.jpg')).toBe('form/a b+ü写.jpg');
    expect(await stored('C:\\Program Files\\dir\\file.txt')).toBe('form/file.txt');
    expect(await stored('$&.txt')).toBe('form/$&amp;.txt');
  });

  it('takes field names in any case and ignores x-ignore- fields', async () => {
    const response = await post({
      fields: { 'x-ignore-toolkit': 'any' },
      tamper: ({ policy = '', 'x-amz-signature': signature = '', ...rest }) => ({
        ...rest,
        Policy: policy,
        'X-Amz-Signature': signature,
      }),
    });
    expect(response.status).toBe(204);
  });

  it.each([
    ['CRC32', 'y/Q5Jg=='],
    ['CRC32C', '4waSgw=='],
    ['CRC64NVME', 'rosUhgp5mIg='],
    ['SHA1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
    ['SHA256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
  ])('verifies the %s of the file', async (algorithm, value) => {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const send = (text: string) =>
      post({ fields: { [name]: value }, conditions: [{ [name]: value }], file: new Blob([text]) });
    const good = await send('123456789');
    expect(good.status).toBe(204);
    expect(good.headers.get(name)).toBe(value);
    expect(await readErrorCode(await send('12345678'))).toBe('400 BadDigest');
  });
});

describe('a form the policy does not allow', () => {
  const wrongSecret = { ...CREDENTIALS, secretAccessKey: 'other' };
  const wrongKey = { ...CREDENTIALS, accessKeyId: 'AKIAOTHER' };
  const drop =
    (...names: string[]) =>
    (fields: Record<string, string>) =>
      Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

  it.each<[string, Form, string]>([
    ['a key outside its prefix', { fields: { key: 'refused' } }, '403 AccessDenied'],
    [
      'another bucket',
      { policy: { conditions: [{ bucket: 'plain' }, ['starts-with', '$key', '']] } },
      '403 AccessDenied',
    ],
    [
      'an exact value in another case',
      { fields: { acl: 'private' }, conditions: [{ acl: 'PRIVATE' }] },
      '403 AccessDenied',
    ],
    [
      'a type outside its prefix',
      { fields: { 'Content-Type': 'text/html' }, conditions: [['starts-with', '$Content-Type', 'image/']] },
      '403 AccessDenied',
    ],
    [
      'a list of types of which one is outside',
      {
        fields: { 'Content-Type': 'image/png,text/html' },
        conditions: [['starts-with', '$Content-Type', 'image/']],
      },
      '403 AccessDenied',
    ],
    [
      'a field the condition asks for and the form lacks',
      { conditions: [['starts-with', '$x-amz-meta-a', '']] },
      '403 AccessDenied',
    ],
    ['a field no condition covers', { fields: { 'x-amz-meta-extra': '1' } }, '403 AccessDenied'],
    [
      'a checksum no condition covers',
      { fields: { 'x-amz-checksum-crc32': 'y/Q5Jg==' } },
      '403 AccessDenied',
    ],
    ['an expired policy', { policy: { expiration: '2020-01-01T00:00:00Z' } }, '403 AccessDenied'],
    ['a file above the range', { conditions: [['content-length-range', 0, 6]] }, '400 EntityTooLarge'],
    ['a file below the range', { conditions: [['content-length-range', 8, 100]] }, '400 EntityTooSmall'],
    ['another secret', { policy: { credentials: wrongSecret } }, '403 SignatureDoesNotMatch'],
    ['another access key', { policy: { credentials: wrongKey } }, '403 InvalidAccessKeyId'],
    ['another region', { policy: { region: 'us-west-2' } }, '400 InvalidArgument'],
    [
      'a changed policy',
      { tamper: (fields) => ({ ...fields, policy: `${fields.policy?.slice(0, -4)}` }) },
      '403 SignatureDoesNotMatch',
    ],
    [
      'a changed date',
      { tamper: (fields) => ({ ...fields, 'x-amz-date': '20200101T000000Z' }) },
      '400 InvalidArgument',
    ],
    ['no signature', { tamper: drop('x-amz-signature') }, '400 InvalidArgument'],
    ['no key', { tamper: drop('key') }, '400 InvalidArgument'],
    [
      'no credentials at all',
      { tamper: drop('policy', 'x-amz-signature', 'x-amz-credential', 'x-amz-date', 'x-amz-algorithm') },
      '403 AccessDenied',
    ],
    ['no file', { file: null }, '400 InvalidArgument'],
    ['a bad expiration', { policy: { expiration: '2030-01-01 00:00:00' } }, '400 InvalidPolicyDocument'],
    ['an unknown operator', { conditions: [['ends-with', '$key', 'a']] }, '400 InvalidPolicyDocument'],
    ['a condition of two properties', { conditions: [{ a: '1', b: '2' }] }, '400 InvalidPolicyDocument'],
    [
      'fields above 20 KB',
      { fields: { 'x-amz-meta-a': 'x'.repeat(21_000) } },
      '400 MaxPostPreDataLengthExceeded',
    ],
    [
      'a storage class',
      { fields: { 'x-amz-storage-class': 'GLACIER' }, conditions: [{ 'x-amz-storage-class': 'GLACIER' }] },
      '501 NotImplemented',
    ],
    ['a key above 1,024 bytes', { fields: { key: `form/${'x'.repeat(1024)}` } }, '400 KeyTooLongError'],
  ])('is refused: %s', async (_name, form, code) => {
    const before = server.listFiles('blobs').length;
    expect(await readErrorCode(await post(form))).toBe(code);
    expect(server.listFiles('tmp')).toEqual([]);
    expect(server.listFiles('blobs')).toHaveLength(before);
  });

  it('says which condition failed and which field was not covered', async () => {
    expect(await (await post({ fields: { key: 'refused' } })).text()).toContain(
      '<Message>Invalid according to Policy: Policy Condition failed: [&quot;starts-with&quot;, &quot;$key&quot;, &quot;form/&quot;]</Message>',
    );
    expect(await (await post({ fields: { 'x-amz-meta-extra': '1' } })).text()).toContain(
      'Invalid according to Policy: Extra input fields: x-amz-meta-extra',
    );
    expect(await (await post({ conditions: [['content-length-range', 0, 6]] })).text()).toContain(
      '<MaxSizeAllowed>6</MaxSizeAllowed>',
    );
  });

  it('is still read to its end, so the client gets the answer and not a reset', async () => {
    const file = new Blob([Buffer.alloc(20_000_000)]);
    expect(await readErrorCode(await post({ file, conditions: [['content-length-range', 0, 1000]] }))).toBe(
      '400 EntityTooLarge',
    );
    expect(await readErrorCode(await post({ file, policy: { credentials: wrongSecret } }))).toBe(
      '403 SignatureDoesNotMatch',
    );
    expect(server.listFiles('tmp')).toEqual([]);
  });

  it('is refused when a field it needs comes after the file', async () => {
    const data = new FormData();
    const signed = signPolicy({ conditions: BASE });
    for (const [name, value] of Object.entries(signed)) data.append(name, value);
    data.append('file', new Blob(['a']), 'a');
    data.append('key', 'form/late');
    const response = await fetch(`${server.endpoint}/${BUCKET}`, { method: 'POST', body: data });
    expect(await response.text()).toContain("Bucket POST must contain a field named 'key'.");
    expect(await countKeys('form/late')).toBe(0);
  });

  it('is refused when it is not multipart/form-data, or has no boundary', async () => {
    const send = (type: string) =>
      fetch(`${server.endpoint}/${BUCKET}`, {
        method: 'POST',
        body: 'a',
        headers: { 'content-type': type },
      }).then(readErrorCode);
    expect(await send('text/plain')).toBe('412 PreconditionFailed');
    expect(await send('multipart/form-data')).toBe('400 MalformedPOSTRequest');
    expect(await send('multipart/form-data; boundary=x')).toBe('400 MalformedPOSTRequest');
  });
});

describe('a form that stops in the middle', () => {
  function startForm(total: number): string {
    const fields = { key: 'form/aborted', ...signPolicy({ conditions: BASE }) };
    const parts = Object.entries(fields).map(
      ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const head = `POST /${BUCKET} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: ${total}\r\n\r\n`;
    return `${head}${parts.join('')}--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${'a'.repeat(100_000)}`;
  }

  it('leaves nothing when the client goes away', async () => {
    const socket = connect(Number(new URL(server.endpoint).port), '127.0.0.1');
    socket.write(startForm(10_000_000));
    await waitUntil(() => server.listFiles('tmp').length === 1);
    socket.destroy();
    await waitUntil(() => server.listFiles('tmp').length === 0);
    expect(await countKeys('form/aborted')).toBe(0);
  });

  it('is malformed when the body ends before the closing boundary', async () => {
    const text = startForm(0);
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    const response = await fetch(`${server.endpoint}/${BUCKET}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect(await readErrorCode(response)).toBe('400 MalformedPOSTRequest');
    await waitUntil(() => server.listFiles('tmp').length === 0);
    expect(await countKeys('form/aborted')).toBe(0);
  });

  it('is refused when it is cut short, and stores nothing', { timeout: 60_000 }, async () => {
    const fields = { key: 'form/cut', ...signPolicy({ conditions: BASE }) };
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    data.append('file', new Blob(['content of the file']), 'photo.jpg');
    const encoded = new Response(data);
    const type = encoded.headers.get('content-type') ?? '';
    const whole = Buffer.from(await encoded.arrayBuffer());
    const send = async (body: Buffer) =>
      (
        await fetch(`${server.endpoint}/${BUCKET}`, {
          method: 'POST',
          body: new Uint8Array(body),
          headers: { 'content-type': type },
        })
      ).status;
    const statuses = new Set<number>();
    // The form is whole once the second hyphen of the closing boundary has been read.
    const end = whole.lastIndexOf('--') + 2;
    for (let length = 0; length < end; length += 5) statuses.add(await send(whole.subarray(0, length)));
    statuses.add(await send(whole.subarray(0, end - 1)));
    expect([...statuses].sort()).toEqual([400]);
    await waitUntil(() => server.listFiles('tmp').length === 0);
    expect(await countKeys('form/cut')).toBe(0);
    expect(await send(whole)).toBe(204);
  });
});
