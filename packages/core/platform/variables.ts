import * as v from 'valibot';

/** Forms of environment variables. Their messages show no value: a secret may stand in the wrong variable. */

export const url = v.pipe(v.string(), v.url('not a URL'));

export function text(minLength: number) {
  return v.pipe(v.string(), v.minLength(minLength, `shorter than ${minLength} characters`));
}

/** @param form what the pattern allows, in words */
export function pattern(expression: RegExp, form: string) {
  return v.pipe(v.string(), v.regex(expression, `not of the form: ${form}`));
}

export function choice<const T extends readonly string[]>(values: T) {
  return v.picklist(values, `none of ${values.join(', ')}`);
}
