import { DomainError } from './errors.ts';

/** Checks of input values; each throws DomainError INVALID with the path and the limits. */

export function checkText(value: string, path: readonly string[], min: number, max: number): string {
  const text = value.trim();
  if (text.length < min || text.length > max) {
    throw new DomainError(
      'INVALID',
      `${path.at(-1)} has ${min} to ${max} characters, not ${text.length}.`,
      path,
    );
  }
  return text;
}

/** Undefined for null, undefined and blank. */
export function checkOptionalText(
  value: string | null | undefined,
  path: readonly string[],
  max: number,
): string | undefined {
  return value?.trim() ? checkText(value, path, 1, max) : undefined;
}

export function checkTexts(
  values: readonly string[],
  path: readonly string[],
  limits: { readonly items: number; readonly length: number },
): string[] {
  if (values.length > limits.items) {
    throw new DomainError(
      'INVALID',
      `${path.at(-1)} has at most ${limits.items} entries, not ${values.length}.`,
      path,
    );
  }
  return values.map((value, position) => checkText(value, [...path, String(position)], 1, limits.length));
}

export function checkNumber(value: number, path: readonly string[], min: number, max: number): number {
  if (!(value >= min && value <= max)) {
    throw new DomainError('INVALID', `${path.at(-1)} lies between ${min} and ${max}, not at ${value}.`, path);
  }
  return value;
}

export function checkVersion(actual: number, expected: number): void {
  if (actual !== expected) {
    throw new DomainError(
      'VERSION_CONFLICT',
      `The object has version ${actual}, not ${expected}. Read it again.`,
      ['input', 'expectedVersion'],
    );
  }
}
