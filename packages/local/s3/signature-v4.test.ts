import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAmzDate,
  parseAmzDate,
  parseCredential,
  signString,
  writeCanonicalRequest,
  writeStringToSign,
} from './signature-v4.ts';
import { parseTarget } from './uri.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const SCOPE = { date: '20130524', region: 'us-east-1' };
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Examples of the S3 API Reference, "Signature Calculations for the Authorization Header" and "Query Parameters". */
const examples = [
  {
    name: 'GET object with a range',
    url: '/test.txt',
    headers: { range: 'bytes=0-9', 'x-amz-content-sha256': EMPTY, 'x-amz-date': '20130524T000000Z' },
    payloadHash: EMPTY,
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT object with a reserved character',
    method: 'PUT',
    url: '/test%24file.text',
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    payloadHash: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET bucket lifecycle, a parameter without a value',
    url: '/?lifecycle',
    headers: { 'x-amz-content-sha256': EMPTY, 'x-amz-date': '20130524T000000Z' },
    payloadHash: EMPTY,
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'GET bucket, list objects',
    url: '/?max-keys=2&prefix=J',
    headers: { 'x-amz-content-sha256': EMPTY, 'x-amz-date': '20130524T000000Z' },
    payloadHash: EMPTY,
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
  {
    name: 'presigned GET object',
    url: '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host',
    headers: {},
    payloadHash: 'UNSIGNED-PAYLOAD',
    signature: 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  },
];

describe('Signature Version 4', () => {
  it.each(examples)("gives AWS's published signature: $name", (example) => {
    const headers = new Map<string, string>(
      Object.entries({ host: 'examplebucket.s3.amazonaws.com', ...example.headers }),
    );
    const { rawPath, parameters } = parseTarget(example.url);
    const canonical = writeCanonicalRequest({
      method: example.method ?? 'GET',
      path: decodeURIComponent(rawPath),
      parameters,
      headers,
      signedHeaders: [...headers.keys()].sort(),
      payloadHash: example.payloadHash,
    });
    const stringToSign = writeStringToSign(canonical, '20130524T000000Z', SCOPE);
    expect(signString(stringToSign, SECRET, SCOPE)).toBe(example.signature);
  });

  it("gives AWS's published signature of a POST policy", () => {
    const lines = [
      '{ "expiration": "2015-12-30T12:00:00.000Z",',
      '  "conditions": [',
      '    {"bucket": "sigv4examplebucket"},',
      '    ["starts-with", "$key", "user/user1/"],',
      '    {"acl": "public-read"},',
      '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
      '    ["starts-with", "$Content-Type", "image/"],',
      '    {"x-amz-meta-uuid": "14365123651274"},',
      '    {"x-amz-server-side-encryption": "AES256"},',
      '    ["starts-with", "$x-amz-meta-tag", ""],',
      '',
      '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
      '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
      '    {"x-amz-date": "20151229T000000Z" }',
      '  ]',
      '}',
    ];
    const policy = Buffer.from(lines.join('\r\n')).toString('base64');
    expect(signString(policy, SECRET, { date: '20151229', region: 'us-east-1' })).toBe(
      '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
    );
  });

  it('reads an access key with slashes in a credential', () => {
    expect(parseCredential('a/b/20130524/us-east-1/s3/aws4_request')?.accessKeyId).toBe('a/b');
    expect(parseCredential('a/20130524/us-east-1/s3')).toBeUndefined();
  });

  it('reads back every date it writes, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        expect(parseAmzDate(formatAmzDate(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
    expect(parseAmzDate('20130524T000000')).toBeUndefined();
    expect(parseAmzDate('20131324T000000Z')).toBeUndefined();
  });
});
