import { cleanText, PromptError } from './customer-text.ts';

/** Parts of the instruction that a profile may word itself. */
export const WORDED_PARTS = ['REFERENCES', 'MARKS', 'TASK', 'NORMALITY', 'DEFECTS', 'RULES'] as const;

export type WordedPart = (typeof WORDED_PARTS)[number];

/** Own words for a part. */
export interface Wording {
  readonly part: WordedPart;
  /** Text with placeholders in braces, e.g. `Compare the {class} with the {references} references.` */
  readonly text: string;
}

/**
 * What may stand in braces, with its meaning: the class name; the count of references and of inspected pictures; what a
 * picture is called; the customer's normality, defects and numbered rules.
 */
export const PLACEHOLDERS = [
  'class',
  'references',
  'queries',
  'noun',
  'normality',
  'defects',
  'rules',
] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** Most characters of an own text, before its placeholders are filled. */
const MAX_WORDING = 1000;

const PLACEHOLDER = /\{([^{}]*)\}/g;

/**
 * Fills the placeholders of an own text. Text around them is cleaned as every customer's text is; the values are clean
 * already, and a placeholder inside a value stays what it is, text.
 *
 * @throws PromptError for a placeholder that does not exist, or too long a text.
 */
export function fillWording(
  { part, text }: Wording,
  values: Readonly<Record<Placeholder, string>>,
  field: string,
): string {
  if (text.length > MAX_WORDING) cleanText(text, field, MAX_WORDING);
  const pieces = text.split(PLACEHOLDER);
  return pieces
    .map((piece, index) =>
      index % 2 === 0 ? keepSpaces(piece, field) : readValue(piece, values, part, field),
    )
    .join('')
    .trim();
}

function readValue(
  name: string,
  values: Readonly<Record<Placeholder, string>>,
  part: WordedPart,
  field: string,
): string {
  const known = PLACEHOLDERS.find((candidate) => candidate === name);
  if (known !== undefined) return values[known];
  throw new PromptError(
    'PROMPT_PLACEHOLDER_UNKNOWN',
    field,
    `The text of ${part} has the placeholder {${name.slice(0, 40)}}, which does not exist. Use ${PLACEHOLDERS.map((each) => `{${each}}`).join(', ')}.`,
  );
}

/** Cleaning trims, but the spaces beside a placeholder belong to the sentence. */
function keepSpaces(piece: string, field: string): string {
  const clean = cleanText(piece, field, MAX_WORDING);
  if (clean === '') return piece === '' ? '' : ' ';
  return `${/^\s/.test(piece) ? ' ' : ''}${clean}${/\s$/.test(piece) ? ' ' : ''}`;
}
