import { cleanText, PROMPT_LIMITS } from './customer-text.ts';
import type { AttributeCheck, CallFraming, CountCheck } from './settings.ts';
import type { Subject } from './subject.ts';

/** What a checklist holds, in the order of its numbers: rules, then counts, then attributes. */
export interface Checklist {
  readonly rules: readonly string[];
  readonly counts: readonly CountCheck[];
  readonly attributes: readonly AttributeCheck[];
}

/**
 * The paragraph that says how to go about it; empty for DIRECT, which the papers leave to the model.
 *
 * REFUTE follows the finding that "normal until a named feature survives comparison" ranks better than a plain question
 * (published runs of AnomalyClaw, arXiv 2605.10397); CHECKLIST that one answer per rule does so for logical anomalies
 * (LogicQA, arXiv 2503.20252).
 */
export function writeFraming(framing: CallFraming, subject: Subject, checklist: Checklist): string {
  if (framing === 'REFUTE') return writeRefutation(subject);
  return framing === 'CHECKLIST' ? writeChecklist(checklist) : '';
}

function writeRefutation({ references, noun }: Subject): string {
  const normal =
    references === 0
      ? 'what is normal for such an object'
      : `the same place of the normal ${noun}${references === 1 ? '' : 's'}`;
  return [
    'Go about it in this order. First list at most three features that could be an anomaly, each with its place; list',
    `none if there is none. Then compare each with ${normal}: it is refuted if it is there too, or comes from light,`,
    'focus, pose, noise or the edge of the picture. The object counts as normal until a feature survives. Score last:',
    '0.05 to 0.2 if nothing was listed or all of it is refuted, 0.8 to 0.95 if a feature survives, 0.4 to 0.6 if that',
    'cannot be told.',
  ].join(' ');
}

function writeChecklist({ rules, counts, attributes }: Checklist): string {
  const questions = [
    ...rules,
    ...counts.map(({ of }) => `Count: how many ${of}? Give the number as "observed".`),
    ...attributes.map(({ of }) => `Which ${of}? Give it in a word or two as "observed".`),
  ];
  const list = questions.map((question, index) => `${index + 1}. ${question}`).join(' ');
  return `Check each of these on its own before you judge the whole: ${list}`;
}

/** Cleans what a checklist quotes of the customer's. @throws PromptError for too long a text */
export function cleanChecklist(
  rules: readonly string[],
  counts: readonly CountCheck[],
  attributes: readonly AttributeCheck[],
): Checklist {
  const clean = (text: string, field: string) => cleanText(text, field, PROMPT_LIMITS.check);
  return {
    rules,
    counts: counts.map((check, index) => ({ ...check, of: clean(check.of, `counts[${index}].of`) })),
    attributes: attributes.map((check, index) => ({
      ...check,
      of: clean(check.of, `attributes[${index}].of`),
    })),
  };
}

/** How many numbers a checklist has. */
export function countChecks({ rules, counts, attributes }: Checklist): number {
  return rules.length + counts.length + attributes.length;
}
