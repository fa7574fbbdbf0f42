/** Everything of an answer beyond its verdict. What is missing or unreadable is empty. */
export interface AnswerDetails {
  readonly candidates: readonly Candidate[];
  readonly checks: readonly AnsweredCheck[];
  readonly windows: readonly AnsweredWindow[];
  /** Numbers of marks, each once. */
  readonly marks: readonly number[];
  readonly boxes: readonly AnsweredBox[];
  /** Text in the sample that tries to tell the model what to answer. */
  readonly suspiciousText: string | null;
}

export interface Candidate {
  readonly feature: string;
  readonly finding: 'REFUTED' | 'SURVIVES' | 'UNCLEAR';
}

export interface AnsweredCheck {
  /** The number it gives; null without one. */
  readonly number: number | null;
  /** What it repeats of the check; null when it repeats nothing. */
  readonly text: string | null;
  readonly satisfied: boolean | null;
  readonly observed: string | null;
  readonly evidence: string;
}

export interface AnsweredWindow {
  readonly number: number;
  readonly anomalous: boolean;
  readonly reason: string;
}

/** In parts of the picture's width and height, 0 to 1, left before right and top before bottom. */
export interface AnsweredBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly label: string;
}

export const NO_DETAILS: AnswerDetails = {
  candidates: [],
  checks: [],
  windows: [],
  marks: [],
  boxes: [],
  suspiciousText: null,
};

const MAX_TEXT = 500;
const MAX_ITEMS = 100;

type Fields = ReadonlyMap<string, unknown>;

/** @param fields of the answer's object; keys in lower case without punctuation, values as parsed, strictly or loosely. */
export function readDetails(fields: Fields): AnswerDetails {
  return {
    candidates: listObjects(fields.get('candidates')).map(readCandidate),
    checks: listObjects(fields.get('checks') ?? fields.get('rules')).map(readCheck),
    windows: listObjects(fields.get('windows')).flatMap(readWindow),
    marks: [...new Set(list(fields.get('marks')).flatMap(readWhole))],
    boxes: list(fields.get('boxes')).flatMap(readBox),
    suspiciousText: readText(fields.get('suspicioustext')) || null,
  };
}

/** The fields of an object as `JSON.parse` or the loose reader gives it, under comparable keys. */
export function readFields(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { entries } = value as { readonly entries?: unknown };
  if (entries instanceof Map) return entries;
  return new Map(
    Object.entries(value).map(([key, field]) => [key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''), field]),
  );
}

function readCandidate(fields: Fields): Candidate {
  const finding = readText(fields.get('finding')).toUpperCase();
  const feature = [readText(fields.get('feature')), readText(fields.get('place'))].filter(Boolean).join(', ');
  return { feature, finding: finding === 'REFUTED' || finding === 'SURVIVES' ? finding : 'UNCLEAR' };
}

/** Names that models give the number or the words of a check, beside those the prompt asks for. */
const CHECK_NAMES = ['number', 'id', 'rule', 'check', 'question', 'item', 'name', 'text', 'description'];

function readCheck(fields: Fields): AnsweredCheck {
  const named = CHECK_NAMES.flatMap((name) => fields.get(name) ?? []);
  const [number = null] = named.flatMap(readOrdinal);
  const [text = null] = named
    .filter((value) => readOrdinal(value).length === 0)
    .flatMap((value) => readText(value) || []);
  const observed = fields.get('observed');
  return {
    number,
    text,
    satisfied: readBoolean(fields.get('satisfied') ?? fields.get('ok')),
    observed: observed === null || observed === undefined ? null : readText(observed) || null,
    evidence: readText(fields.get('evidence') ?? fields.get('reason')),
  };
}

/** `2`, `"2."`, `"#2"`, `"Rule 2"`, `"R2"`; nothing of a longer text. */
function readOrdinal(value: unknown): number[] {
  return readWhole(typeof value === 'string' ? (ORDINAL.exec(value)?.[1] ?? value) : value);
}

const ORDINAL =
  /^\s*(?:#|(?:rule|check|count|attribute|question|item|number|no|r|c|a|q)\s?[.:#-]?\s?)?(\d{1,3})[.):]?\s*$/i;

function readWindow(fields: Fields, index: number): AnsweredWindow[] {
  const [number = index + 1] = readWhole(fields.get('number') ?? fields.get('window'));
  const anomalous = readBoolean(fields.get('anomalous'));
  return anomalous === null ? [] : [{ number, anomalous, reason: readText(fields.get('reason')) }];
}

/** `box_2d` as Gemini writes it: [top, left, bottom, right] in thousandths. */
function readBox(value: unknown): AnsweredBox[] {
  const fields = readFields(value);
  const numbers = list(fields?.get('box2d') ?? fields?.get('box') ?? value);
  const [top, left, bottom, right] = numbers.map((number) =>
    typeof number === 'number' ? number / 1000 : Number.NaN,
  );
  if (numbers.length !== 4 || top === undefined || left === undefined) return [];
  if (bottom === undefined || right === undefined) return [];
  if (!(top >= 0 && left >= 0 && bottom <= 1 && right <= 1 && top < bottom && left < right)) return [];
  return [{ left, top, right, bottom, label: readText(fields?.get('label')) }];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS) : [];
}

function listObjects(value: unknown): Fields[] {
  return list(value).flatMap((item) => readFields(item) ?? []);
}

function readWhole(value: unknown): number[] {
  const number = typeof value === 'string' && /^\s*\d{1,6}\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? [number] : [];
}

function readBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'true' || word === 'yes') return true;
  return word === 'false' || word === 'no' ? false : null;
}

function readText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value.trim().slice(0, MAX_TEXT).toWellFormed() : '';
}
