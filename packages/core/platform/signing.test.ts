import { describe, expect, it } from 'vitest';
import { escapeUri, presign, signPostPolicy } from './signing.ts';

/** The example credentials and results of the AWS documentation, "Authenticating Requests (AWS Signature Version 4)". */
const scope = {
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  region: 'us-east-1',
  now: Date.UTC(2013, 4, 24),
};

describe('presign', () => {
  it("gives the signature of the documentation's presigned URL example", () => {
    const url = presign(
      scope,
      { method: 'GET', url: new URL('https://examplebucket.s3.amazonaws.com/test.txt') },
      86_400,
    );
    expect(new URL(url).searchParams.get('X-Amz-Signature')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });
});

describe('signPostPolicy', () => {
  it('binds bucket, size and every field, and expires', () => {
    const fields = signPostPolicy(scope, 'bucket', { key: 'a/b' }, { min: 1, max: 5 }, Date.UTC(2013, 4, 25));
    const policy = JSON.parse(Buffer.from(fields.policy ?? '', 'base64').toString());
    expect(policy).toEqual({
      expiration: '2013-05-25T00:00:00.000Z',
      conditions: [
        { bucket: 'bucket' },
        ['content-length-range', 1, 5],
        { key: 'a/b' },
        { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
        { 'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request' },
        { 'x-amz-date': '20130524T000000Z' },
      ],
    });
    expect(fields['x-amz-signature']).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('escapeUri', () => {
  it("encodes what encodeURIComponent leaves: ! ' ( ) *", () => {
    expect(escapeUri("a b!'()*~é/")).toBe('a%20b%21%27%28%29%2A~%C3%A9%2F');
  });
});
