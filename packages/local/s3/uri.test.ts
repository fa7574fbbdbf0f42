import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUri, encodeKeyForListing, encodeUri, locateResource, parseTarget } from './uri.ts';
import { parseXml, readText, writeXml } from './xml.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });

describe('URIs', () => {
  it('decode to the text that was encoded, whatever it is', () => {
    fc.assert(
      fc.property(text, (key) => {
        expect(decodeUri(encodeUri(key))).toBe(key);
        expect(encodeUri(key)).toMatch(/^([A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        expect(parseTarget(`/?prefix=${encodeUri(key)}`).parameters).toEqual([['prefix', key]]);
      }),
    );
  });

  it('name event keys with + for a space, slashes kept', () => {
    // Example of the S3 User Guide, "Event message structure": "red flower.jpg" is "red+flower.jpg".
    expect(encodeKeyForListing('red flower.jpg')).toBe('red+flower.jpg');
    expect(encodeKeyForListing('a/b+c=ü')).toBe('a/b%2Bc%3D%C3%BC');
  });

  it('name a bucket in the path or in the host', () => {
    expect(locateResource('/b/a%2Fb/c', '127.0.0.1:80')).toEqual({ bucket: 'b', key: 'a/b/c' });
    expect(locateResource('/b/', 'localhost:80')).toEqual({ bucket: 'b' });
    expect(locateResource('/', 'localhost')).toEqual({});
    expect(locateResource('/a/b', 'my.bucket.localhost:80')).toEqual({ bucket: 'my.bucket', key: 'a/b' });
    expect(locateResource('/b//../x', '127.0.0.1')).toEqual({ bucket: 'b', key: '/../x' });
  });
});

describe('XML', () => {
  it('carries any key there and back', () => {
    // The characters XML 1.0 cannot write at all are for encoding-type=url.
    const writable = text.filter((key) => !/[\p{Cc}\ufffe\uffff]/u.test(key));
    fc.assert(
      fc.property(writable, (key) => {
        const document = parseXml(writeXml('Delete', { Key: key, Quiet: true }), 'Delete');
        expect(readText(document, 'Key') ?? '').toBe(key);
        expect(readText(document, 'Quiet')).toBe('true');
      }),
    );
  });

  it('reads the numeric references Go writes for quotes, in as many parts as an upload may have', () => {
    const part = '<Part><ETag>&#34;d41d&#34;</ETag></Part>';
    const document = parseXml(
      `<CompleteMultipartUpload>${part.repeat(10_000)}</CompleteMultipartUpload>`,
      'CompleteMultipartUpload',
    );
    expect(document.Part).toHaveLength(10_000);
    expect((document.Part as { ETag: string }[])[9_999]?.ETag).toBe('"d41d"');
  });
});
