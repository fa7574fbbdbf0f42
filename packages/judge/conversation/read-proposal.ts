import { readFields } from '../answers/read-details.ts';
import { PROMPT_LIMITS } from '../prompts/customer-text.ts';
import type { AttributeCheck, CountCheck } from '../prompts/settings.ts';

/** What a model proposes, within the limits of a profile. */
export interface Proposal {
  readonly normality: string;
  readonly rules: readonly string[];
  readonly knownDefects: readonly string[];
  readonly counts: readonly CountCheck[];
  readonly attributes: readonly AttributeCheck[];
}

const MOST_COUNT = 1_000_000;
const MOST_ALLOWED = { items: 20, length: 100 };

/** A proposal within the limits of a profile; undefined when it proposes nothing. @param fields as `readFields` gives them */
export function readProposal(fields: ReadonlyMap<string, unknown>): Proposal | undefined {
  const { normality, rule, rules, defect, defects } = PROMPT_LIMITS;
  const proposal = {
    normality: readText(fields.get('normality'), normality),
    rules: readTexts(fields.get('rules'), rules, rule),
    knownDefects: readTexts(fields.get('knowndefects') ?? fields.get('defects'), defects, defect),
    counts: list(fields.get('counts')).flatMap(readCount).slice(0, PROMPT_LIMITS.checks),
    attributes: list(fields.get('attributes')).flatMap(readAttribute).slice(0, PROMPT_LIMITS.checks),
  };
  return proposal.normality === '' && proposal.rules.length === 0 ? undefined : proposal;
}

function readCount(value: unknown): CountCheck[] {
  const fields = readFields(value);
  const of = readText(fields?.get('of'), PROMPT_LIMITS.check);
  const [least, most] = ['least', 'most'].map((name) => fields?.get(name));
  if (of === '' || !isCount(least)) return [];
  return [isCount(most) && most >= least ? { of, least, most } : { of, least }];
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_COUNT;
}

function readAttribute(value: unknown): AttributeCheck[] {
  const fields = readFields(value);
  const of = readText(fields?.get('of'), PROMPT_LIMITS.check);
  const allowed = readTexts(fields?.get('allowed'), MOST_ALLOWED.items, MOST_ALLOWED.length);
  return of === '' || allowed.length === 0 ? [] : [{ of, allowed }];
}

function readTexts(value: unknown, items: number, length: number): string[] {
  return list(value)
    .map((item) => readText(item, length))
    .filter((text) => text !== '')
    .slice(0, items);
}

function readText(value: unknown, length: number): string {
  return typeof value === 'string' ? value.trim().slice(0, length).toWellFormed() : '';
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
