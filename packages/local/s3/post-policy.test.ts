import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { S3Error } from './errors.ts';
import { checkPostPolicy, parsePostPolicy } from './post-policy.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const encode = (document: unknown) => Buffer.from(JSON.stringify(document)).toString('base64');
const parse = (conditions: unknown, expiration: unknown = '2026-01-01T01:00:00.000Z') =>
  parsePostPolicy(encode({ expiration, conditions }));

function check(conditions: unknown[], fields: Record<string, string>, maxBytes = 1000) {
  const context = { bucket: 'samples', now: NOW, maxBytes };
  return checkPostPolicy(parse(conditions), new Map(Object.entries(fields)), context);
}

function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof S3Error) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('a POST policy document', () => {
  // Sentences as S3 was seen to answer them.
  it.each<[string, string, string]>([
    ['not JSON', Buffer.from('{"expiration":').toString('base64'), 'Invalid JSON.'],
    ['an array', encode([]), 'Invalid JSON.'],
    ['without expiration', encode({ conditions: [] }), 'Policy missing expiration.'],
    ['without conditions', encode({ expiration: '2026-01-01T01:00:00Z' }), 'Policy missing conditions.'],
    ['an IAM policy', encode({ Statement: [] }), "Unexpected: 'statement'"],
    [
      'an expiration with an offset',
      encode({ expiration: '2011-09-13T07:52:58+02:00', conditions: [] }),
      "Invalid 'expiration' value: '2011-09-13T07:52:58+02:00'",
    ],
    [
      'a number as value',
      encode({ expiration: '2026-01-01T01:00:00Z', conditions: [{ 'Content-Length': 6 }] }),
      'Invalid Simple-Condition: value must be a string.',
    ],
    [
      'an empty condition',
      encode({ expiration: '2026-01-01T01:00:00Z', conditions: [{}] }),
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    ],
    [
      'an empty list',
      encode({ expiration: '2026-01-01T01:00:00Z', conditions: [[]] }),
      'Invalid Condition: missing operation identifier.',
    ],
  ])('is refused: %s', (_name, base64, why) => {
    expect(failure(() => parsePostPolicy(base64))).toBe(`InvalidPolicyDocument: Invalid Policy: ${why}`);
  });

  it('fails with an S3 error and nothing else on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (conditions, expiration) => {
        failure(() => parse(conditions, expiration));
        failure(() => check([conditions], { key: 'a' }));
        failure(() => check([['content-length-range', conditions, expiration]], {}));
      }),
    );
    const odd = { toString: 1, valueOf: 1 };
    expect(failure(() => parse([], odd))).toMatch(/^InvalidPolicyDocument/);
    expect(failure(() => check([['content-length-range', odd, odd]], {}))).toMatch(/^AccessDenied/);
  });
});

describe('its conditions', () => {
  it('narrow the size, bounds included, as numbers or strings', () => {
    expect(check([['content-length-range', 5, 10]], {})).toEqual({ min: 5, max: 10 });
    expect(check([['content-length-range', '5', '10']], {})).toEqual({ min: 5, max: 10 });
    expect(
      check(
        [
          ['content-length-range', 0, 10],
          ['content-length-range', 2, 5000],
        ],
        {},
        1000,
      ),
    ).toEqual({ min: 2, max: 10 });
    expect(failure(() => check([['content-length-range', 'test', '10']], {}))).toBe(
      'AccessDenied: Invalid according to Policy: Policy Condition failed: ["content-length-range", "test", "10"]',
    );
    expect(failure(() => check([['content-length-range', -1, 0]], {}))).toMatch(/^InvalidPolicyDocument/);
    expect(failure(() => check([['content-length-range', 0]], {}))).toMatch(/^InvalidPolicyDocument/);
  });

  it('need the $ of a field name, in any case', () => {
    expect(failure(() => check([['eq', '$KEY', 'a']], { key: 'a' }))).toBe('none');
    expect(failure(() => check([['eq', 'key', 'a']], { key: 'a' }))).toBe(
      'AccessDenied: Invalid according to Policy: Policy Condition failed: ["eq", "key", "a"]',
    );
  });

  it('hold the bucket of the URL and the one in the form to the same name', () => {
    const conditions = [{ bucket: 'samples' }];
    expect(failure(() => check(conditions, {}))).toBe('none');
    expect(failure(() => check(conditions, { bucket: 'samples' }))).toBe('none');
    expect(failure(() => check(conditions, { bucket: 'other' }))).toMatch(/Condition failed/);
    expect(failure(() => check([], { bucket: 'samples' }))).toMatch(/Extra input fields: bucket/);
  });

  it('accept exactly the forms whose every field begins as its condition says', () => {
    const text = fc.constantFrom('', 'a', 'ab', 'abc', 'b');
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('key', 'acl', 'x-amz-meta-a'), fc.tuple(text, text)),
        (form) => {
          const conditions = Object.entries(form).map(([name, [prefix]]) => [
            'starts-with',
            `$${name}`,
            prefix,
          ]);
          const fields = Object.fromEntries(Object.entries(form).map(([name, [, value]]) => [name, value]));
          const allowed = Object.values(form).every(([prefix, value]) => value.startsWith(prefix));
          expect(failure(() => check(conditions, fields)) === 'none').toBe(allowed);
          if (Object.keys(form).length > 0) {
            expect(failure(() => check(conditions.slice(1), fields))).not.toBe('none');
          }
        },
      ),
    );
  });
});
