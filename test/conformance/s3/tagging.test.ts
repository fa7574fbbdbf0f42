import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, startServer, type TestServer } from '../../../packages/local/s3/testing/server.ts';
import { signPolicy } from '../../../packages/local/s3/testing/signing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const Bucket = BUCKET;
const put = (Key: string, Tagging?: string) =>
  server.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...(Tagging && { Tagging }) }));
const setTags = (Key: string, TagSet: { Key: string; Value: string }[]) =>
  server.client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));
async function getTags(Key: string): Promise<Record<string, string>> {
  const { TagSet = [] } = await server.client.send(new GetObjectTaggingCommand({ Bucket, Key }));
  return Object.fromEntries(TagSet.map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

describe('S3 User Guide, "Categorizing your objects using tags"', () => {
  it('PutObjectTagging replaces the set, DeleteObjectTagging removes it, the object stays as it is', async () => {
    await put('tags/set');
    const before = await server.client.send(new HeadObjectCommand({ Bucket, Key: 'tags/set' }));
    expect(await getTags('tags/set')).toEqual({});
    await setTags('tags/set', [{ Key: 'line', Value: '4 + 5' }]);
    await setTags('tags/set', [
      { Key: 'Größe', Value: 'a+b=c/d:e@f' },
      { Key: 'empty', Value: '' },
    ]);
    expect(await getTags('tags/set')).toEqual({ Größe: 'a+b=c/d:e@f', empty: '' });
    const after = await server.client.send(new HeadObjectCommand({ Bucket, Key: 'tags/set' }));
    expect(after).toMatchObject({ ETag: before.ETag, LastModified: before.LastModified, TagCount: 2 });
    await server.client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tags/set' }));
    expect(await getTags('tags/set')).toEqual({});
    await expect(getTags('tags/none')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('x-amz-tagging of PutObject is encoded as URL query parameters', async () => {
    await put('tags/header', 'a%20b=c%2Fd&e=');
    expect(await getTags('tags/header')).toEqual({ 'a b': 'c/d', e: '' });
    await put('tags/header');
    expect(await getTags('tags/header')).toEqual({});
  });

  it('CopyObject copies the tags unless the tagging directive is REPLACE', async () => {
    await put('tags/source', 'a=1');
    const CopySource = `${BUCKET}/tags/source`;
    const copy = (more: object) =>
      server.client.send(new CopyObjectCommand({ Bucket, Key: 'tags/copy', CopySource, ...more }));
    await copy({ MetadataDirective: 'REPLACE', Tagging: 'ignored=1' });
    expect(await getTags('tags/copy')).toEqual({ a: '1' });
    await copy({ TaggingDirective: 'REPLACE', Tagging: 'b=2' });
    expect(await getTags('tags/copy')).toEqual({ b: '2' });
  });

  it('a POST form sets them in its tagging field', async () => {
    const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>';
    const data = new FormData();
    const fields = {
      key: 'tags/form',
      tagging,
      ...signPolicy({ conditions: [{ tagging }, ['starts-with', '$key', '']] }),
    };
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    data.append('file', new Blob(['x']));
    expect((await fetch(`${server.endpoint}/${BUCKET}`, { method: 'POST', body: data })).status).toBe(204);
    expect(await getTags('tags/form')).toEqual({ a: '1' });
  });

  it('an object has at most 10 tags, of 128 and 256 characters, with unique keys', async () => {
    await put('tags/limits');
    const tags = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    await setTags('tags/limits', tags(10));
    await setTags('tags/limits', [{ Key: 'é'.repeat(128), Value: 'é'.repeat(256) }]);
    const refused = (work: Promise<unknown>, name: string) => expect(work).rejects.toMatchObject({ name });
    await refused(setTags('tags/limits', tags(11)), 'BadRequest');
    await refused(setTags('tags/limits', [{ Key: 'k'.repeat(129), Value: '' }]), 'InvalidTag');
    await refused(setTags('tags/limits', [{ Key: 'k', Value: 'v'.repeat(257) }]), 'InvalidTag');
    await refused(setTags('tags/limits', [{ Key: 'aws:k', Value: '' }]), 'InvalidTag');
    await refused(setTags('tags/limits', [{ Key: 'k*', Value: '' }]), 'InvalidTag');
    await refused(setTags('tags/limits', [...tags(1), ...tags(1)]), 'InvalidTag');
    await refused(put('tags/other', 'a=1&a=2'), 'InvalidTag');
    const create = new CreateMultipartUploadCommand({ Bucket, Key: 'tags/multi', Tagging: '%' });
    await refused(server.client.send(create), 'InvalidArgument');
  });
});
