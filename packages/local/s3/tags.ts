import { S3Error } from './errors.ts';
import { parseXml, readChildren, readElements, readText, writeXml } from './xml.ts';

/** Source: S3 User Guide, "Categorizing your objects using tags". */
const MAX_TAGS = 10;
const MAX_KEY = 128;
const MAX_VALUE = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export type Tags = Readonly<Record<string, string>>;

function makeTags(entries: readonly (readonly [key: string, value: string])[]): Tags {
  if (entries.length > MAX_TAGS) {
    throw new S3Error('BadRequest', `Object tags cannot be greater than ${MAX_TAGS}`);
  }
  const tags = new Map(entries);
  if (tags.size < entries.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  for (const [key, value] of tags) {
    const isFitting = key !== '' && [...key].length <= MAX_KEY && [...value].length <= MAX_VALUE;
    if (!isFitting || !ALLOWED.test(key + value)) throw new S3Error('InvalidTag');
    if (key.startsWith('aws:')) throw new S3Error('InvalidTag', 'System tags cannot be added by requester');
  }
  return Object.fromEntries(tags);
}

/** Tags of an `x-amz-tagging` header, `a=1&b=2`. Throws BadRequest above 10 tags, InvalidTag, InvalidArgument. */
export function parseTagHeader(text: string): Tags {
  try {
    decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidArgument', "The header 'x-amz-tagging' shall be URL encoded as UTF-8.");
  }
  return makeTags([...new URLSearchParams(text)]);
}

/** Tags of a `Tagging` document. Throws MalformedXML as well. */
export function parseTagging(xml: string): Tags {
  const tagSet = parseXml(xml, 'Tagging').TagSet;
  if (tagSet === undefined) throw new S3Error('MalformedXML');
  const entries = readElements(readChildren(tagSet), 'Tag').map((element) => {
    const [key, value] = ['Key', 'Value'].map((name) => readText(readChildren(element), name));
    if (key === undefined || value === undefined) throw new S3Error('MalformedXML');
    return [key, value] as const;
  });
  return makeTags(entries);
}

export function writeTagging(tags: Tags): string {
  return writeXml('Tagging', {
    TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
  });
}
