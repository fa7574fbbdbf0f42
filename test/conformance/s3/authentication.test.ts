import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  BUCKET,
  CREDENTIALS,
  readErrorCode,
  startServer,
  type TestServer,
} from '../../../packages/local/s3/testing/server.ts';
import { presign, signHeaders } from '../../../packages/local/s3/testing/signing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach(() => {
  server.skew = 0;
});
afterAll(() => server.stop());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function seed(key: string, body: string): Promise<void> {
  await server.client.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ContentType: 'text/plain' }),
  );
}

describe('signed headers', () => {
  it('refuse other credentials, other regions and nobody at all', async () => {
    const list = (config: object) => server.connect(config).send(new ListBucketsCommand({}));
    const wrongKey = { ...CREDENTIALS, accessKeyId: 'AKIAOTHER' };
    const wrongSecret = { ...CREDENTIALS, secretAccessKey: 'other' };
    await expect(list({ credentials: wrongKey })).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    await expect(list({ credentials: wrongSecret })).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(list({ region: 'us-west-2' })).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
    });
    await expect(list({ credentials: { ...CREDENTIALS, sessionToken: 't' } })).rejects.toMatchObject({
      name: 'InvalidToken',
    });
    expect(await readErrorCode(await fetch(`${server.endpoint}/${BUCKET}/a`))).toBe('403 AccessDenied');
    const basic = { headers: { authorization: 'Basic YTpi' } };
    expect(await readErrorCode(await fetch(`${server.endpoint}/${BUCKET}/a`, basic))).toBe(
      '400 InvalidRequest',
    );
  });

  it('refuse a clock more than fifteen minutes off', async () => {
    const noCorrection = server.connect();
    server.skew = 16 * 60_000;
    await expect(noCorrection.send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: 'RequestTimeTooSkewed',
      MaxAllowedSkewMilliseconds: '900000',
    });
    server.skew = -14 * 60_000;
    await server.connect().send(new ListBucketsCommand({}));
  });

  it('refuse an x-amz- header that is not signed, and a changed one that is', async () => {
    const target = { method: 'GET', key: 'a', headers: { 'x-amz-content-sha256': sha256('') } };
    const headers = await signHeaders(server.endpoint, target);
    const url = `${server.endpoint}/${BUCKET}/a`;
    const send = (more: object) => fetch(url, { headers: { ...headers, ...more } }).then(readErrorCode);
    expect(await send({})).toBe('404 NoSuchKey');
    expect(await send({ 'x-amz-checksum-mode': 'ENABLED' })).toBe('403 AccessDenied');
    expect(await send({ 'x-amz-content-sha256': sha256('other') })).toBe('403 SignatureDoesNotMatch');
  });

  it('refuse a body that is not the one hashed', async () => {
    const headers = await signHeaders(server.endpoint, {
      method: 'PUT',
      key: 'hash',
      headers: { 'x-amz-content-sha256': sha256('signed body') },
    });
    const response = await fetch(`${server.endpoint}/${BUCKET}/hash`, {
      method: 'PUT',
      headers,
      body: 'other',
    });
    expect(await readErrorCode(response)).toBe('400 XAmzContentSHA256Mismatch');
    expect(server.listFiles('tmp')).toEqual([]);
  });

  it('hold for a bucket named by the host', async () => {
    await seed('virtual host', 'found');
    const url = new URL(server.endpoint);
    const host = `${BUCKET}.localhost:${url.port}`;
    const { pathname, search } = new URL(
      (await presign(`http://${host}`, { method: 'GET', key: 'virtual host' })).replace(`/${BUCKET}/`, '/'),
    );
    // Signed for the path style, so the signature is that of another path.
    expect(await getThroughHost(url.port, host, pathname + search)).toContain('SignatureDoesNotMatch');
    const client = server.connect({ forcePathStyle: false, endpoint: `http://localhost:${url.port}` });
    client.middlewareStack.add(
      (next) => async (args) => {
        // The host may not resolve here: sign for it, then connect to loopback.
        const signed = args.request as { hostname: string };
        signed.hostname = '127.0.0.1';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'connectToLoopback' },
    );
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'virtual host' }));
    expect(await Body?.transformToString()).toBe('found');
  });
});

function getThroughHost(port: string, host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host } }, async (response) => {
      const pieces = await response.toArray();
      resolve(Buffer.concat(pieces).toString());
    })
      .on('error', reject)
      .end();
  });
}

describe('presigned URLs', () => {
  it('give the object to anyone until they expire', async () => {
    await seed('pre signed/+ü.txt', 'hello');
    const target = { method: 'GET', key: 'pre signed/+ü.txt' };
    const url = await presign(server.endpoint, target, { expiresIn: 60 });
    expect(await (await fetch(url)).text()).toBe('hello');
    server.skew = 45_000;
    expect((await fetch(url)).status).toBe(200);
    server.skew = 62_000;
    const late = await fetch(url);
    const text = await late.text();
    expect(late.status).toBe(403);
    expect(text).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
    expect(text).toContain('<X-Amz-Expires>60</X-Amz-Expires>');
  });

  it('serve HEAD and ranges, and override response headers', async () => {
    await seed('override', '0123456789');
    const head = await fetch(await presign(server.endpoint, { method: 'HEAD', key: 'override' }), {
      method: 'HEAD',
    });
    expect(head.headers.get('content-length')).toBe('10');
    const url = await presign(server.endpoint, {
      method: 'GET',
      key: 'override',
      query: {
        'response-content-type': 'text/css',
        'response-content-disposition': 'attachment; filename="a b.css"',
        'response-cache-control': 'no-store',
      },
    });
    const response = await fetch(url, { headers: { range: 'bytes=2-3' } });
    expect(response.status).toBe(206);
    expect(await response.text()).toBe('23');
    expect(response.headers.get('content-type')).toBe('text/css');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a b.css"');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('take a PUT with any type and size, as on S3', async () => {
    const url = await presign(server.endpoint, { method: 'PUT', key: 'uploaded' });
    const put = await fetch(url, {
      method: 'PUT',
      body: 'content',
      headers: { 'content-type': 'image/png' },
    });
    expect(put.status).toBe(200);
    const get = await fetch(await presign(server.endpoint, { method: 'GET', key: 'uploaded' }));
    expect(await get.text()).toBe('content');
    expect(get.headers.get('content-type')).toBe('image/png');
  });

  it('refuse the PUT of a body whose CRC32 was signed for an empty one, the trap of SDK v3', async () => {
    const query = { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'CRC32' };
    const url = await presign(server.endpoint, { method: 'PUT', key: 'trap', query });
    const response = await fetch(url, { method: 'PUT', body: 'not empty' });
    expect(await readErrorCode(response)).toBe('400 BadDigest');
  });

  it('are for one method, one key and the parameters signed', async () => {
    await seed('bound', 'x');
    const url = await presign(server.endpoint, { method: 'GET', key: 'bound' });
    const code = async (other: string, init: RequestInit = {}) => readErrorCode(await fetch(other, init));
    expect(await code(url.replace('/bound', '/other'))).toBe('403 SignatureDoesNotMatch');
    expect(await code(`${url}&response-content-type=text%2Fhtml`)).toBe('403 SignatureDoesNotMatch');
    expect(await code(url, { method: 'PUT', body: '' })).toBe('403 SignatureDoesNotMatch');
    expect(await code(url, { headers: { 'x-amz-acl': 'private' } })).toBe('403 AccessDenied');
    expect(await code(url, { headers: { authorization: 'AWS4-HMAC-SHA256 x' } })).toBe('400 InvalidArgument');
    expect(await code(url.replace('localhost', '127.0.0.1').replace(/X-Amz-Signature=[^&]*/, ''))).toBe(
      '400 AuthorizationQueryParametersError',
    );
  });

  it('last a week at most and are for one region', async () => {
    const target = { method: 'GET', key: 'bound' };
    const code = async (url: string) => readErrorCode(await fetch(url));
    const good = await presign(server.endpoint, target);
    const withExpires = (value: string) => code(good.replace(/X-Amz-Expires=\d+/, `X-Amz-Expires=${value}`));
    expect(await withExpires('604801')).toBe('400 AuthorizationQueryParametersError');
    expect(await withExpires('-1')).toBe('400 AuthorizationQueryParametersError');
    expect(await withExpires('soon')).toBe('400 AuthorizationQueryParametersError');
    expect(await withExpires('604800')).toBe('403 SignatureDoesNotMatch');
    expect(await code(await presign(server.endpoint, target, { region: 'us-west-2' }))).toBe(
      '400 AuthorizationQueryParametersError',
    );
    const credentials = { ...CREDENTIALS, accessKeyId: 'AKIAOTHER' };
    expect(await code(await presign(server.endpoint, target, { credentials }))).toBe(
      '403 InvalidAccessKeyId',
    );
    server.skew = -16 * 60_000;
    expect(await code(good)).toBe('403 AccessDenied');
  });
});
