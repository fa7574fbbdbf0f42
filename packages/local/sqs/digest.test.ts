import { expect, test } from 'vitest';
import { digestAttributes, digestBody } from './digest.ts';

test('the MD5 of a body is that of its UTF-8 bytes', () => {
  // Source: RFC 1321, appendix A.5.
  expect(digestBody('message digest')).toBe('f96b697d7cb7938d525a2f31aaf161d0');
});

// Values that AWS returned, recorded in the tests of moto (tests/test_sqs/test_sqs.py).
test.each([
  ['timestamp', '1493147359900', '235c5c510d26fb653d073faed50ae77c'],
  ['timestamp', '1493147359901', '994258b45346a2cc3f9cbb611aa7af30'],
  ['SOME_Valid.attribute-Name', '1493147359900', '36655e7e9d7c0e8479fa3f3f42247ae7'],
])('the MD5 of the number attribute %s = %s is the one AWS returns', (name, StringValue, digest) => {
  expect(digestAttributes({ [name]: { DataType: 'Number', StringValue } })).toBe(digest);
});

test('attributes are digested in order of name, whatever order they come in', () => {
  const b = { DataType: 'Binary', BinaryValue: 'AgME' };
  const a = { DataType: 'String', StringValue: 'x' };
  expect(digestAttributes({ b, a })).toBe(digestAttributes({ a, b }));
});

test('no attributes have no digest', () => {
  expect(digestAttributes({})).toBeUndefined();
});
