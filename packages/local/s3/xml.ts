import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from './errors.ts';

/** A child is text, a nested element list, or absent; arrays repeat the element. */
type XmlValue = string | number | boolean | undefined | XmlNode | readonly (string | XmlNode)[];
export interface XmlNode {
  readonly [element: string]: XmlValue;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// XML 1.0 has no way to write these characters; AWS writes the reference all the same, which SDKs accept.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped
const TO_ESCAPE = /[&<>"\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f\u2028\ufffe\uffff]/gu;

function escapeText(text: string): string {
  return text.replaceAll(
    TO_ESCAPE,
    (character) => ESCAPES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

function writeChildren(node: XmlNode): string {
  const elements = Object.entries(node).flatMap(([name, value]) => {
    const items = Array.isArray(value) ? (value as readonly XmlValue[]) : [value];
    return items.map((item) => {
      if (item === undefined) return '';
      const content = typeof item === 'object' ? writeChildren(item as XmlNode) : escapeText(String(item));
      return `<${name}>${content}</${name}>`;
    });
  });
  return elements.join('');
}

/** A whole document. S3 puts its namespace on results but not on errors and POST responses. */
export function writeXml(root: string, node: XmlNode, { namespace = true } = {}): string {
  const open = namespace ? `${root} xmlns="${NAMESPACE}"` : root;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${open}>${writeChildren(node)}</${root}>`;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  removeNSPrefix: true,
  trimValues: false,
  // Go's encoder writes the quotes of an ETag as `&#34;`, two in each of up to 10,000 parts.
  htmlEntities: true,
  processEntities: { enabled: true, maxTotalExpansions: 1_000_000, maxExpandedLength: 16_000_000 },
});

/** An element of a parsed request: text, children by name, or several of the same name. */
export type ParsedElement = string | ParsedChildren | readonly ParsedElement[];
export interface ParsedChildren {
  readonly [element: string]: ParsedElement | undefined;
}

/** The children of the document's root element. Throws MalformedXML when it is anything but one `root`. */
export function parseXml(text: string, root: string): ParsedChildren {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) throw new S3Error('MalformedXML');
  let document: ParsedChildren;
  try {
    document = parser.parse(text) as ParsedChildren;
  } catch {
    throw new S3Error('MalformedXML');
  }
  const element = document[root];
  if (element === undefined) throw new S3Error('MalformedXML');
  return readChildren(element);
}

export function readChildren(element: ParsedElement): ParsedChildren {
  if (Array.isArray(element)) throw new S3Error('MalformedXML');
  if (typeof element !== 'string') return element as ParsedChildren;
  if (element.trim() !== '') throw new S3Error('MalformedXML');
  return {};
}

/** Every element of that name, none when there is none. */
export function readElements(parent: ParsedChildren, name: string): readonly ParsedElement[] {
  const value = parent[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The text of the one element of that name, or undefined. Throws MalformedXML when it repeats or nests. */
export function readText(parent: ParsedChildren, name: string): string | undefined {
  const value = parent[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new S3Error('MalformedXML');
}

/** The texts of every element of that name. */
export function readTexts(parent: ParsedChildren, name: string): string[] {
  return readElements(parent, name).map((element) => {
    if (typeof element !== 'string') throw new S3Error('MalformedXML');
    return element;
  });
}
