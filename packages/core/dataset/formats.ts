import type { Fault } from './bad-lines.ts';
import type { Box, DatasetItem, ImportFormat } from './entity.ts';

/** An item of a manifest before its file names are looked up. */
export interface ParsedItem
  extends Pick<DatasetItem, 'item' | 'class' | 'anomalous' | 'split' | 'defectType' | 'boxes' | 'windows'> {
  /** A sample's id, or a file name that is looked up. */
  readonly file: string;
  readonly maskFile?: string | undefined;
  readonly furtherMaskFiles?: readonly string[] | undefined;
  readonly referenceFiles?: readonly string[] | undefined;
}

/** An item, what is wrong with the entry, or undefined for one to be passed over. */
export function parseEntry(
  format: ImportFormat,
  entry: Readonly<Record<string, unknown>>,
): ParsedItem | Fault | undefined {
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
function parseOwn(entry: Readonly<Record<string, unknown>>): ParsedItem | Fault {
  const file = readText(entry.sampleId) ?? readText(entry.file);
  if (file === undefined) return miss('sampleId', 'needs sampleId or file');
  const className = readText(entry.class);
  if (className === undefined) return miss('class', 'class is empty');
  const label = String(entry.label);
  if (label !== '0' && label !== '1') return rejectLabel('0 (normal) or 1 (anomalous)', label);
  const references = entry.references;
  const boxes = readBoxes(entry.boxes);
  if (boxes === null) {
    const reason = 'boxes must be a list of {"x","y","width","height"} in px';
    return { code: 'BOXES_INVALID', field: 'boxes', reason };
  }
  const windows = entry.windows === undefined || entry.windows === '' ? undefined : entry.windows;
  if (windows !== undefined && !areWindows(windows)) return WINDOWS_FAULT;
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
function parseMvtecPath(path: string): ParsedItem | Fault | undefined {
  if (/(^|\/)(ground_truth|gt)\//.test(path)) return undefined;
  if (/\.(txt|md|json|pdf)$/i.test(path)) return undefined;
  const found = LAYOUT.exec(path);
  const [, className, split, defect, part, name] = found ?? [];
  if (!className || !split || !defect || !name) {
    return { code: 'PATH_UNKNOWN', reason: 'not of the form class/split/defect/name.ext' };
  }
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

/** VisA's `split_csv/*.csv`: object, split, label, image, mask. */
function parseVisa(entry: Readonly<Record<string, unknown>>): ParsedItem | Fault {
  const [file, className, label] = [readText(entry.image), readText(entry.object), readText(entry.label)];
  if (!file || !className) return miss(file ? 'object' : 'image', 'needs the columns object and image');
  if (label !== 'normal' && label !== 'anomaly') return rejectLabel('normal or anomaly', label);
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
function parseGroundTruth(entry: Readonly<Record<string, unknown>>): ParsedItem | Fault {
  const file = readText(entry['source-ref']);
  if (file === undefined) return miss('source-ref', 'needs source-ref');
  const metadata = Object.values(entry).find(
    (value) => isObject(value) && typeof value['class-name'] === 'string',
  );
  const className = isObject(metadata) ? String(metadata['class-name']).toLowerCase() : undefined;
  const numbered = entry['anomaly-label'];
  const anomalous = className ? className !== 'normal' : numbered === undefined ? undefined : numbered === 1;
  if (anomalous === undefined) return miss('anomaly-label', 'has no class-name and no anomaly-label');
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
function parseNab(entry: Readonly<Record<string, unknown>>): ParsedItem | Fault {
  const file = String(entry.path);
  const { windows } = entry;
  if (!areWindows(windows)) return WINDOWS_FAULT;
  return {
    item: file,
    file,
    class: file.split('/')[0] ?? file,
    anomalous: windows.length > 0,
    windows: windows.length > 0 ? windows : undefined,
  };
}

const WINDOWS_FAULT: Fault = {
  code: 'WINDOWS_INVALID',
  field: 'windows',
  reason: 'windows must be pairs of times',
};

function areWindows(windows: unknown): windows is [string, string][] {
  return (
    Array.isArray(windows) &&
    windows.every(
      (one) => Array.isArray(one) && one.length === 2 && one.every((time) => typeof time === 'string'),
    )
  );
}

/** The list of the paper's code: label 1 is normal, the good picture is the reference. */
function parsePaper(entry: Readonly<Record<string, unknown>>): ParsedItem | Fault {
  const { object_type: className, defect_img_path: file, good_img_path: reference, label } = entry;
  if (typeof className !== 'string' || typeof file !== 'string') {
    const field = typeof file === 'string' ? 'object_type' : 'defect_img_path';
    return miss(field, 'needs object_type and defect_img_path');
  }
  if (label !== 0 && label !== 1) return rejectLabel('1 (normal) or 0 (defective)', String(label));
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

function miss(field: string, reason: string): Fault {
  return { code: 'FIELD_MISSING', field, reason };
}

function rejectLabel(known: string, label: string | undefined): Fault {
  return { code: 'LABEL_INVALID', field: 'label', reason: `label must be ${known}, not ${label}` };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
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
