import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesWildcard, parseCorsConfiguration, writeCorsConfiguration } from './cors.ts';
import { S3Error } from './errors.ts';

describe('a CORS configuration', () => {
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
