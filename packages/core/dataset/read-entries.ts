import type { Fault } from './bad-lines.ts';
import { parseCsvLine } from './csv-line.ts';
import type { ImportFormat } from './entity.ts';
import { isObject, type ParsedItem, parseEntry } from './formats.ts';
import { listLocoMasks, pickMasks } from './loco-masks.ts';
import { type LinePosition, listLines, MAX_LINE_BYTES } from './manifest-lines.ts';

/** Whether each line can be read without the others: not of one JSON document, nor of paths, among which masks are looked for. */
export function isReadByLine(format: ImportFormat): boolean {
  return !isDocument(format) && format !== 'MVTEC_PATHS';
}

function isDocument(format: ImportFormat): boolean {
  return format === 'PAPER_LIST' || format === 'NAB_WINDOWS';
}

/** A line of a manifest, or an entry of a JSON document, as it was read. */
export interface ReadEntry {
  /** From 1. */
  readonly line: number;
  /** The byte after its end; of a JSON document 0. */
  readonly end: number;
  /** Undefined when it is to be passed over. */
  readonly read: ParsedItem | Fault | undefined;
}

/** An entry's fields, or what is wrong before they can be read. */
type Entry = { readonly fields: Readonly<Record<string, unknown>> } | { readonly fault: Fault };

/**
 * Reads a manifest. Every line, or entry of a JSON document, is an item, one to be passed over, or at fault.
 *
 * @param open the manifest's bytes from an offset on
 */
export async function* readEntries(
  format: ImportFormat,
  open: (offset: number) => AsyncIterable<Uint8Array>,
  start: LinePosition = { line: 0, offset: 0 },
): AsyncGenerator<ReadEntry> {
  if (isDocument(format)) {
    let line = 0;
    for (const entry of splitDocument(format, await readText(open(0)))) {
      if (++line > start.line) yield { line, end: 0, read: read(format, entry) };
    }
    return;
  }
  const masks = format === 'MVTEC_PATHS' ? await listLocoMasks(open(0)) : undefined;
  const isTable = format === 'CSV' || format === 'VISA_CSV';
  let header = isTable && start.line > 0 ? await readHeader(open(0)) : undefined;
  for await (const { line, end, content, isTooLong } of listLines(open(start.offset), start)) {
    if (isTooLong) {
      yield { line, end, read: { code: 'LINE_TOO_LONG', reason: `more than ${MAX_LINE_BYTES} bytes` } };
    } else if (isTable && header === undefined) {
      header = splitHeader(content);
    } else {
      const found = read(format, splitLine(format, content, header));
      yield { line, end, read: found && 'file' in found ? pickMasks(found, masks) : found };
    }
  }
}

async function readHeader(bytes: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  for await (const { content } of listLines(bytes)) return splitHeader(content);
  return [];
}

function splitHeader(content: string): readonly string[] {
  return parseCsvLine(content).map((name) => name.trim());
}

function read(format: ImportFormat, entry: Entry): ReadEntry['read'] {
  return 'fault' in entry ? entry.fault : parseEntry(format, entry.fields);
}

function splitLine(format: ImportFormat, content: string, header: readonly string[] | undefined): Entry {
  if (header) return splitRow(header, parseCsvLine(content));
  return format === 'MVTEC_PATHS' ? { fields: { path: content } } : splitObject(content);
}

function splitRow(names: readonly string[], fields: readonly string[]): Entry {
  if (fields.length !== names.length) {
    const reason = `${fields.length} fields where the header has ${names.length}`;
    return { fault: { code: 'FIELD_COUNT', reason } };
  }
  return { fields: Object.fromEntries(names.map((name, i) => [name, fields[i] ?? ''])) };
}

function splitObject(text: string): Entry {
  const parsed = parseJson(text);
  if ('fault' in parsed) return parsed;
  return isObject(parsed.value) ? { fields: parsed.value } : rejectObject('not a JSON object');
}

/** One JSON document; its entries are counted as lines. */
function splitDocument(format: ImportFormat, text: string): Entry[] {
  const parsed = parseJson(text);
  if ('fault' in parsed) return [parsed];
  const { value } = parsed;
  if (format === 'NAB_WINDOWS') {
    if (!isObject(value)) return [rejectObject('not a JSON object of windows by file')];
    return Object.entries(value).map(([path, windows]) => ({ fields: { path, windows } }));
  }
  if (!Array.isArray(value)) return [rejectObject('not a JSON list')];
  return value.map((one): Entry => (isObject(one) ? { fields: one } : rejectObject('not a JSON object')));
}

function rejectObject(reason: string): Entry {
  return { fault: { code: 'NOT_OBJECT', reason } };
}

function parseJson(text: string): { readonly value: unknown } | { readonly fault: Fault } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const reason = `not JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { fault: { code: 'NOT_JSON', reason } };
  }
}

async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
