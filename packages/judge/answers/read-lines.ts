import type { Loose } from './loose-json.ts';

/**
 * `correctness` or `anomaly_score` at the start of a line, what stands between a name and its value in a list, a table, YAML or XML,
 * and the value.
 */
const VERDICT =
  /^[^\p{L}\p{N}\n]{0,12}(correctness|anomaly[ _-]?score)[^\p{L}\p{N}:=|>\n：]{0,8}[:=|>：][^\p{L}\p{N}\n.<{]{0,12}([^\s|,;<>"'`*{}[\]，。；]{1,20}(?:\s?%)?)(?=\s*(?:$|[|,;<"'`*(，。；]))/gimu;
const REASONING =
  /^[^\p{L}\p{N}\n]{0,12}reason(?:ing)?[^\p{L}\p{N}:=|>\n：]{0,8}[:=|>：][*_`"'|\s]{0,12}([^\n<|]{1,4000})/gimu;
/** A value that ends the text may lack its digits. */
const MAY_BE_CUT = /^\d\.?$/;

/**
 * Reads a verdict that is no JSON: `correctness: 0` in lines, lists or tables. In the middle of a sentence it may be a quotation
 * of what the picture says. Of a name that comes twice the last one counts. Linear in the text's length.
 *
 * @returns values under the keys of `LooseObject`; nothing of the verdict where nothing is named.
 */
export function readLines(text: string): ReadonlyMap<string, Loose> {
  const entries = new Map<string, Loose>();
  const whole = text.trimEnd();
  for (const match of whole.matchAll(VERDICT)) {
    const [all, name = '', value = ''] = match;
    const key = name.toLowerCase().replace(/[ _-]/g, '');
    const endsText = match.index + all.length === whole.length;
    if (key === 'anomalyscore' && endsText && MAY_BE_CUT.test(value)) continue;
    entries.set(key, value.replace(/\.$/, ''));
  }
  const reasoning = [...whole.matchAll(REASONING)].at(-1)?.[1];
  if (reasoning !== undefined) entries.set('reasoning', reasoning.replace(/[\s"'`*|]+$/, ''));
  return entries;
}
