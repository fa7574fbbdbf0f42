import { DeleteBucketCorsCommand, GetBucketCorsCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchesWildcard, parseCorsConfiguration, writeCorsConfiguration } from './cors.ts';
import { S3Error } from './errors.ts';
import { BUCKET, readErrorCode, startServer, type TestServer } from './testing/server.ts';

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

  it('reads back whatever it writes', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
      .filter((value) => !/[*\p{C}]/u.test(value) && value.trim() === value);
    const rule = fc.record({
      allowedOrigins: fc.array(text, { minLength: 1, maxLength: 3 }),
      allowedMethods: fc.uniqueArray(fc.constantFrom('GET', 'PUT', 'POST'), { minLength: 1 }),
      allowedHeaders: fc.array(text, { maxLength: 2 }),
      exposeHeaders: fc.array(text, { maxLength: 2 }),
      maxAgeSeconds: fc.nat(100_000),
    });
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), (rules) => {
        expect(parseCorsConfiguration(writeCorsConfiguration(rules))).toEqual(rules);
      }),
    );
  });

  it('fails with MalformedXML and nothing else on other text', () => {
    const parse = (text: string) => {
      try {
        parseCorsConfiguration(text);
      } catch (error) {
        if (error instanceof S3Error) return error.code;
        throw error;
      }
      return 'none';
    };
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parse(text)).toBe('MalformedXML');
      }),
    );
    expect(parse('<!DOCTYPE a [<!ENTITY b "c">]><CORSConfiguration/>')).toBe('MalformedXML');
    expect(parse('<CORSConfiguration><CORSRule/></CORSConfiguration>')).toBe('MalformedXML');
  });

  it('has wildcards that stand for any text', () => {
    expect(matchesWildcard('https://*.example.com', 'https://a.b.example.com')).toBe(true);
    expect(matchesWildcard('https://*.example.com', 'https://.example.com')).toBe(true);
    expect(matchesWildcard('https://*.example.com', 'https://example.com')).toBe(false);
    expect(matchesWildcard('ab*ba', 'aba')).toBe(false);
  });
});
