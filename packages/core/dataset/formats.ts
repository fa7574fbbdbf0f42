import { parseCsvLine } from './csv-line.ts';
import type { BadLine, Box, DatasetItem, ImportFormat } from './entity.ts';

/** An item of a manifest before its file names are looked up. */
export interface ParsedItem
  extends Pick<DatasetItem, 'item' | 'class' | 'anomalous' | 'split' | 'defectType' | 'boxes' | 'windows'> {
  /** A sample's id, or a file name that is looked up. */
  readonly file: string;
  readonly maskFile?: string | undefined;
  readonly furtherMaskFiles?: readonly string[] | undefined;
  readonly referenceFiles?: readonly string[] | undefined;
}

export interface ParsedManifest {
  readonly items: readonly (ParsedItem & { readonly line: number })[];
  readonly badLines: readonly BadLine[];
}

/**
 * Reads a manifest. Every line, or entry of a JSON document, is an item, a line to be passed over, or a bad line with
 * its reason.
 */
export function parseManifest(format: ImportFormat, text: string): ParsedManifest {
  const items: (ParsedItem & { line: number })[] = [];
  const badLines: BadLine[] = [];
  const masks = format === 'MVTEC_PATHS' ? listLocoMasks(text) : undefined;
  for (const { line, value } of splitManifest(format, text)) {
    const read = typeof value === 'string' ? value : parseEntry(format, value);
    if (typeof read === 'string') badLines.push({ line, reason: read });
    else if (read) items.push({ ...read, ...pickMasks(read, masks), line });
  }
  return { items, badLines };
}

/** An entry with its number; a string says what is wrong with it. */
interface Entry {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>> | string;
}

/** One entry after the other: a manifest of a million lines is not held as text, lines and objects at once. */
function* splitManifest(format: ImportFormat, text: string): Generator<Entry> {
  if (format === 'PAPER_LIST' || format === 'NAB_WINDOWS') {
    yield* splitDocument(format, text);
    return;
  }
  const isTable = format === 'CSV' || format === 'VISA_CSV';
  let names: readonly string[] | undefined;
  for (const { line, content } of listLines(text)) {
    if (!isTable) {
      yield { line, value: format === 'MVTEC_PATHS' ? { path: content } : parseObject(content) };
    } else if (names === undefined) {
      names = parseCsvLine(content).map((name) => name.trim());
    } else {
      yield { line, value: parseRow(names, parseCsvLine(content)) };
    }
  }
}

function parseRow(names: readonly string[], fields: readonly string[]): Entry['value'] {
  if (fields.length !== names.length) {
    return `${fields.length} fields where the header has ${names.length}`;
  }
  return Object.fromEntries(names.map((name, i) => [name, fields[i] ?? '']));
}

/** Lines that are not empty, with their numbers from 1. */
function* listLines(text: string): Generator<{ readonly line: number; readonly content: string }> {
  let from = 0;
  for (let line = 1; from <= text.length; line++) {
    const end = text.indexOf('\n', from);
    const content = text.slice(from, end < 0 ? undefined : end).trim();
    if (content !== '') yield { line, content };
    if (end < 0) return;
    from = end + 1;
  }
}

/** One JSON document; entries are counted from 1. */
function splitDocument(format: ImportFormat, text: string): Entry[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return [{ line: 1, value: `not JSON: ${error instanceof Error ? error.message : String(error)}` }];
  }
  if (format === 'NAB_WINDOWS') {
    if (!isObject(document)) return [{ line: 1, value: 'not a JSON object of windows by file' }];
    return Object.entries(document).map(([path, windows], i) => ({ line: i + 1, value: { path, windows } }));
  }
  if (!Array.isArray(document)) return [{ line: 1, value: 'not a JSON list' }];
  return document.map((value, i) => ({ line: i + 1, value: isObject(value) ? value : 'not a JSON object' }));
}

function parseEntry(
  format: ImportFormat,
  entry: Readonly<Record<string, unknown>>,
): ParsedItem | string | undefined {
  switch (format) {
    case 'CSV':
    case 'JSONL':
      return parseOwn(entry);
    case 'MVTEC_PATHS':
      return parseMvtecPath(String(entry.path));
    case 'VISA_CSV':
      return parseVisa(entry);
    case 'GROUND_TRUTH':
      return parseGroundTruth(entry);
    case 'NAB_WINDOWS':
      return parseNab(entry);
    case 'PAPER_LIST':
      return parsePaper(entry);
  }
}

/** The format of our own: item, class, label 0 or 1, sampleId or file; the rest is optional. */
function parseOwn(entry: Readonly<Record<string, unknown>>): ParsedItem | string {
  const file = readText(entry.sampleId) ?? readText(entry.file);
  if (file === undefined) return 'needs sampleId or file';
  const className = readText(entry.class);
  if (className === undefined) return 'class is empty';
  const label = String(entry.label);
  if (label !== '0' && label !== '1') return `label must be 0 (normal) or 1 (anomalous), not ${label}`;
  const references = entry.references;
  const boxes = readBoxes(entry.boxes);
  if (boxes === null) return 'boxes must be a list of {"x","y","width","height"} in px';
  const windows = entry.windows === undefined || entry.windows === '' ? undefined : entry.windows;
  if (windows !== undefined && !areWindows(windows)) return WINDOWS_REASON;
  return {
    item: readText(entry.item) ?? file,
    file,
    class: className,
    anomalous: label === '1',
    split: readText(entry.split),
    defectType: readText(entry.defectType),
    maskFile: readText(entry.mask),
    referenceFiles: Array.isArray(references)
      ? references.map(String)
      : readText(references)
          ?.split('|')
          .map((one) => one.trim()),
    boxes,
    windows: windows && windows.length > 0 ? windows : undefined,
  };
}

const LAYOUT =
  /^(?:.*\/)?([^/]+)\/(train|test|validation|test_public)\/([^/]+)\/(?:(rgb|xyz)\/)?([^/]+)\.([^./]+)$/;

/**
 * `class/split/defect/000.png` as MVTec AD and LOCO AD have it, `class/split/defect/rgb/000.png` and `xyz/000.tiff` as
 * MVTec 3D-AD. Masks and licence files are passed over; `good` is normal.
 */
function parseMvtecPath(path: string): ParsedItem | string | undefined {
  if (/(^|\/)(ground_truth|gt)\//.test(path)) return undefined;
  if (/\.(txt|md|json|pdf)$/i.test(path)) return undefined;
  const found = LAYOUT.exec(path);
  const [, className, split, defect, part, name] = found ?? [];
  if (!className || !split || !defect || !name) return 'not of the form class/split/defect/name.ext';
  // Depth beside colour is the same object: the colour picture stands for it.
  if (part === 'xyz') return undefined;
  const anomalous = defect !== 'good';
  const base = path.slice(0, path.indexOf(`${className}/${split}/`));
  const mask = part
    ? `${base}${className}/${split}/${defect}/gt/${name}.png`
    : `${base}${className}/ground_truth/${defect}/${name}_mask.png`;
  return {
    item: `${className}/${split}/${defect}/${name}`,
    file: path,
    class: className,
    anomalous,
    split: split === 'test_public' ? 'test' : split,
    defectType: anomalous ? defect : undefined,
    maskFile: anomalous ? mask : undefined,
  };
}

const LOCO_MASK = /^(.*\/ground_truth\/[^/]+\/[^/]+)\/[^/]+\.png$/;

/** The masks of LOCO AD, `class/ground_truth/defect/000/000.png` and on, one for each defect, by what AD would name its one mask. */
function listLocoMasks(text: string): ReadonlyMap<string, readonly string[]> {
  const masks = new Map<string, string[]>();
  for (const { content } of listLines(text)) {
    const [, folder] = LOCO_MASK.exec(content) ?? [];
    if (folder === undefined) continue;
    const known = masks.get(`${folder}_mask.png`) ?? [];
    masks.set(`${folder}_mask.png`, [...known, content].sort());
  }
  return masks;
}

function pickMasks(
  { maskFile = '' }: ParsedItem,
  masks: ReadonlyMap<string, readonly string[]> | undefined,
): Pick<ParsedItem, 'maskFile' | 'furtherMaskFiles'> | undefined {
  const [first, ...further] = masks?.get(maskFile) ?? [];
  return first === undefined ? undefined : { maskFile: first, furtherMaskFiles: further };
}

/** VisA's `split_csv/*.csv`: object, split, label, image, mask. */
function parseVisa(entry: Readonly<Record<string, unknown>>): ParsedItem | string {
  const [file, className, label] = [readText(entry.image), readText(entry.object), readText(entry.label)];
  if (!file || !className) return 'needs the columns object and image';
  if (label !== 'normal' && label !== 'anomaly') return `label must be normal or anomaly, not ${label}`;
  return {
    item: file,
    file,
    class: className,
    anomalous: label === 'anomaly',
    split: readText(entry.split),
    maskFile: readText(entry.mask),
  };
}

/** Ground Truth's augmented manifest, as Lookout for Vision took it: source-ref, a class, perhaps a mask. */
function parseGroundTruth(entry: Readonly<Record<string, unknown>>): ParsedItem | string {
  const file = readText(entry['source-ref']);
  if (file === undefined) return 'needs source-ref';
  const metadata = Object.values(entry).find(
    (value) => isObject(value) && typeof value['class-name'] === 'string',
  );
  const className = isObject(metadata) ? String(metadata['class-name']).toLowerCase() : undefined;
  const numbered = entry['anomaly-label'];
  const anomalous = className ? className !== 'normal' : numbered === undefined ? undefined : numbered === 1;
  if (anomalous === undefined) return 'has no class-name and no anomaly-label';
  const parts = file.split('/');
  return {
    item: parts.slice(-2).join('/'),
    file,
    class: 'object',
    anomalous,
    split: parts.find((part) => part === 'train' || part === 'test'),
    maskFile: readText(entry['anomaly-mask-ref']),
  };
}

/** NAB's `combined_windows.json`: windows by file; a file without one is normal. */
function parseNab(entry: Readonly<Record<string, unknown>>): ParsedItem | string {
  const file = String(entry.path);
  const { windows } = entry;
  if (!areWindows(windows)) return WINDOWS_REASON;
  return {
    item: file,
    file,
    class: file.split('/')[0] ?? file,
    anomalous: windows.length > 0,
    windows: windows.length > 0 ? windows : undefined,
  };
}

const WINDOWS_REASON = 'windows must be pairs of times';

function areWindows(windows: unknown): windows is [string, string][] {
  return (
    Array.isArray(windows) &&
    windows.every(
      (one) => Array.isArray(one) && one.length === 2 && one.every((time) => typeof time === 'string'),
    )
  );
}

/** The list of the paper's code: label 1 is normal, the good picture is the reference. */
function parsePaper(entry: Readonly<Record<string, unknown>>): ParsedItem | string {
  const { object_type: className, defect_img_path: file, good_img_path: reference, label } = entry;
  if (typeof className !== 'string' || typeof file !== 'string')
    return 'needs object_type and defect_img_path';
  if (label !== 0 && label !== 1) return `label must be 1 (normal) or 0 (defective), not ${String(label)}`;
  return {
    item: file,
    file,
    class: className,
    anomalous: label === 0,
    split: 'test',
    defectType: label === 0 ? readText(entry.defect_type) : undefined,
    referenceFiles: typeof reference === 'string' ? [reference] : undefined,
  };
}

function parseObject(content: string): Readonly<Record<string, unknown>> | string {
  try {
    const value: unknown = JSON.parse(content);
    return isObject(value) ? value : 'not a JSON object';
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Undefined when there are none, null when they are malformed. */
function readBoxes(value: unknown): Box[] | undefined | null {
  if (value === undefined || value === '') return undefined;
  if (!Array.isArray(value)) return null;
  const boxes = value.map((box: unknown): Box | null => {
    if (!isObject(box)) return null;
    const [x, y, width, height] = [box.x, box.y, box.width, box.height].map(Number);
    const sound = [x, y, width, height].every((one) => one !== undefined && one >= 0);
    return sound ? { x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0 } : null;
  });
  return boxes.every((box): box is Box => box !== null) ? boxes : null;
}
