import { MAX_LINE_BYTES } from './manifest-lines.ts';

/** What can be wrong with a line of a manifest, and what to do about it. */
export const BAD_LINE_ADVICE = {
  BOXES_INVALID: 'Write boxes as a list of {"x", "y", "width", "height"}, in px of the original.',
  FIELD_COUNT: 'Give the line as many fields as the header has; quote a field that holds a comma.',
  FIELD_MISSING: 'Add the field.',
  ITEM_TWICE: 'Give each item a name of its own, or leave one of the lines out.',
  LABEL_INVALID: 'Use one of the two labels that the format has.',
  LINE_TOO_LONG: `Write one entry a line, in ${MAX_LINE_BYTES} bytes at most; name a mask in the place of many boxes.`,
  MANIFEST_MISSING: 'Upload the manifest by its ticket, then begin the import.',
  NOT_JSON: 'Write JSON, of JSONL one whole object a line.',
  NOT_OBJECT: 'Write a JSON object.',
  PATH_UNKNOWN: 'Keep the folders as the data set has them: class/split/defect/name.ext.',
  REFERENCE_NOT_FOUND: 'Upload the reference, and name its sample by id or in the file of names.',
  SAMPLE_NOT_FOUND: 'Upload the file, and name its sample by id or in the file of names.',
  SAMPLE_NOT_READY: 'Wait until the sample is READY; upload one that is REJECTED or EXPIRED again.',
  WINDOWS_INVALID: 'Write windows as a list of pairs of times, each a string.',
} as const;

export type BadLineCode = keyof typeof BAD_LINE_ADVICE;

/** What is wrong with an entry. */
export interface Fault {
  readonly code: BadLineCode;
  readonly reason: string;
  /** Name of the offending field, as the manifest has it. */
  readonly field?: string | undefined;
}

/** A line of a manifest that could not be taken. */
export interface BadLine {
  /** From 1. */
  readonly line: number;
  /** Absent in imports from before it was kept. */
  readonly code?: BadLineCode | undefined;
  /** Absent when it is about all of the line. */
  readonly field?: string | undefined;
  readonly reason: string;
}

/** A reason may quote the manifest, and a hundred of them are kept in a row. */
const MAX_REASON = 300;

export function makeBadLine(line: number, { code, reason, field }: Fault): BadLine {
  return { line, code, field, reason: reason.slice(0, MAX_REASON) };
}

/** A line of the report: `{"line", "field", "code", "message", "advice"}`, with `field` null when it is about all of the line. */
export function renderBadLine({ line, field, code, reason }: BadLine): string {
  const advice = code && BAD_LINE_ADVICE[code];
  return `${JSON.stringify({ line, field: field ?? null, code, message: reason, advice })}\n`;
}
