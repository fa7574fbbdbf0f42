import { describe, expect, it } from 'vitest';
import { parseInferMessage, parseObjectKeys, parseSampleMessage } from './messages.ts';

describe('parseObjectKeys', () => {
  it("decodes the keys of S3's event: + is a space, %2B a plus", () => {
    const record = (key: string) => ({ eventName: 'ObjectCreated:Post', s3: { object: { key } } });
    const body = JSON.stringify({ Records: [record('tenants/a/red+bus.jpg'), record('x%2By%C3%A9')] });
    expect(parseObjectKeys(body)).toEqual(['tenants/a/red bus.jpg', 'x+yé']);
  });

  it('finds nothing in the test event that S3 sends when notifications are set up', () => {
    expect(parseObjectKeys('{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}')).toEqual([]);
  });

  it('tells other messages apart', () => {
    expect(parseObjectKeys('{"tenantId":"t","sampleId":"s"}')).toBeUndefined();
  });
});

describe('queue messages', () => {
  it('are refused when a field is missing, so that they end in the dead-letter queue', () => {
    expect(parseSampleMessage('{"tenantId":"t","sampleId":"s"}')).toEqual({ tenantId: 't', sampleId: 's' });
    expect(() => parseSampleMessage('{"tenantId":"t"}')).toThrow();
    expect(() => parseInferMessage('not json')).toThrow();
  });
});
