/** Most characters (and entries) of a customer's text that reach a prompt. */
export const PROMPT_LIMITS = {
  className: 100,
  normality: 2000,
  rule: 300,
  rules: 20,
  defect: 200,
  defects: 20,
  check: 200,
  checks: 20,
  readings: 40,
  reading: 200,
} as const;

export type PromptErrorCode =
  | 'PROMPT_TEXT_TOO_LONG'
  | 'PROMPT_TOO_MANY_ENTRIES'
  | 'PROMPT_PLACEHOLDER_UNKNOWN'
  | 'PROMPT_RULES_MISSING';

/** A profile's text that cannot go into a prompt. `field` says which, e.g. `rules[3]`. */
export class PromptError extends Error {
  readonly code: PromptErrorCode;
  readonly field: string;

  constructor(code: PromptErrorCode, field: string, message: string) {
    super(message);
    this.name = 'PromptError';
    this.code = code;
    this.field = field;
  }
}

/** Bidirectional controls, byte order mark and tag characters: invisible to people, not to models. */
const INVISIBLE = /[\u202A-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/**
 * Makes a customer's text safe to stand inside a sentence of the prompt: one line, no invisible characters, and no
 * brace or back-tick, so that it can neither open a paragraph of its own nor show a JSON object or a code fence.
 *
 * @throws PromptError when more than `max` characters (UTF-16 units) remain; cutting would change what it means.
 */
export function cleanText(text: string, field: string, max: number): string {
  const clean = text
    .toWellFormed()
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(BREAKS, ' ')
    .replaceAll('{', '(')
    .replaceAll('}', ')')
    .replaceAll('`', "'")
    .trim();
  if (clean.length > max) {
    throw new PromptError(
      'PROMPT_TEXT_TOO_LONG',
      field,
      `${field} has ${clean.length} characters; a prompt takes at most ${max}. Shorten it.`,
    );
  }
  return clean;
}

/** Cleans a list and drops what is empty after cleaning. */
export function cleanList(
  texts: readonly string[],
  field: string,
  limits: { readonly length: number; readonly entries: number },
): string[] {
  const clean = texts
    .map((text, index) => cleanText(text, `${field}[${index}]`, limits.length))
    .filter(Boolean);
  if (clean.length > limits.entries) {
    throw new PromptError(
      'PROMPT_TOO_MANY_ENTRIES',
      field,
      `${field} has ${clean.length} entries; a prompt takes at most ${limits.entries}. Remove some.`,
    );
  }
  return clean;
}

/** Ends a text as a sentence, unless it has an end of its own. */
export function endSentence(text: string): string {
  return /[.!?;:…。！？]$/u.test(text) ? text : `${text}.`;
}

/** Somebody's text between `<data>` and `</data>`: one line that cannot hold either. */
export function escapeData(text: string): string {
  return quoteText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A text of any length as one clean line. */
export function quoteText(text: string): string {
  return cleanText(text, 'text', Number.POSITIVE_INFINITY);
}
