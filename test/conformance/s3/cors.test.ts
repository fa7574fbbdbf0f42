import { DeleteBucketCorsCommand, GetBucketCorsCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BUCKET,
  readErrorCode,
  startServer,
  type TestServer,
} from '../../../packages/local/s3/testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

function preflight(headers: Record<string, string>, bucket = BUCKET): Promise<Response> {
  return fetch(`${server.endpoint}/${bucket}/key`, { method: 'OPTIONS', headers });
}

const ORIGIN = 'https://app.example.com';

describe('a preflight', () => {
  it('is answered from the rule that covers it', async () => {
    const response = await preflight({
      origin: ORIGIN,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'Content-Type, x-amz-meta-a',
    });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, PUT, POST, HEAD',
      'access-control-allow-headers': 'content-type, x-amz-meta-a',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
  });

  it('is refused where no rule covers it', async () => {
    const code = async (headers: Record<string, string>, bucket?: string) =>
      readErrorCode(await preflight(headers, bucket));
    const method = { 'access-control-request-method': 'PUT' };
    expect(await code({ origin: 'https://evil.test', ...method })).toBe('403 AccessForbidden');
    expect(await code({ origin: ORIGIN, 'access-control-request-method': 'DELETE' })).toBe(
      '403 AccessForbidden',
    );
    expect(await code({ origin: ORIGIN, ...method }, 'plain')).toBe('403 AccessForbidden');
    expect(await code(method)).toBe('400 BadRequest');
    expect(await code({ origin: ORIGIN })).toBe('400 BadRequest');
  });
});

describe('cross-origin headers', () => {
  it('are on refusals too, for origins a rule covers', async () => {
    const get = (origin: string) => fetch(`${server.endpoint}/${BUCKET}/key`, { headers: { origin } });
    const covered = await get(ORIGIN);
    expect(covered.status).toBe(403);
    expect(covered.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(covered.headers.get('access-control-expose-headers')).toBe('ETag');
    expect((await get('https://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the configuration', () => {
  it('is replaced, read and deleted through the SDK', async () => {
    const CORSRules = [
      {
        ID: 'one',
        AllowedOrigins: ['*'],
        AllowedMethods: ['GET', 'HEAD'],
        AllowedHeaders: ['x-*'],
        ExposeHeaders: ['ETag'],
        MaxAgeSeconds: 5,
      },
      { AllowedOrigins: ['https://a.test'], AllowedMethods: ['DELETE'] },
    ];
    const Bucket = 'plain';
    await server.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const answer = await server.client.send(new GetBucketCorsCommand({ Bucket }));
    expect(answer.CORSRules).toEqual(CORSRules);
    const headers = { origin: 'https://any.test', 'access-control-request-method': 'GET' };
    const open = await preflight(headers, Bucket);
    expect(open.headers.get('access-control-allow-origin')).toBe('*');
    expect(open.headers.get('access-control-allow-credentials')).toBeNull();
    await server.client.send(new DeleteBucketCorsCommand({ Bucket }));
    await expect(server.client.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchCORSConfiguration',
    });
    const bad = [{ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }];
    await expect(
      server.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: bad } })),
    ).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});
