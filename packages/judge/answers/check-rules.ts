import type { Checklist } from '../prompts/framing-part.ts';
import type { AttributeCheck, CountCheck } from '../prompts/settings.ts';
import { matchChecks } from './match-checks.ts';
import type { AnsweredCheck } from './read-details.ts';

/** What became of one rule, count or attribute. */
export interface RuleCheck {
  readonly kind: 'RULE' | 'COUNT' | 'ATTRIBUTE';
  /** The rule, or what was counted or read. */
  readonly text: string;
  /** Null when it could not be seen, or the model said nothing of it. */
  readonly satisfied: boolean | null;
  /** What the model counted or read. */
  readonly observed: string | null;
  /** One sentence of the model's. */
  readonly evidence: string;
}

/**
 * Puts the answers beside their questions (`matchChecks`). Rules are as the model answered them; counts and attributes are compared
 * here, and what the model thinks of them does not count.
 */
export function checkRules(
  { rules, counts, attributes }: Checklist,
  answers: readonly AnsweredCheck[],
): RuleCheck[] {
  const texts = [...rules, ...counts.map(({ of }) => of), ...attributes.map(({ of }) => of)];
  const found = matchChecks(texts, answers);
  return texts.map((text, index) => {
    const { satisfied = null, observed = null, evidence = '' } = found[index] ?? {};
    const count = counts[index - rules.length];
    const attribute = attributes[index - rules.length - counts.length];
    if (index < rules.length) return { kind: 'RULE', text, satisfied, observed, evidence };
    return count === undefined
      ? {
          kind: 'ATTRIBUTE',
          text,
          satisfied: attribute === undefined ? null : compareAttribute(attribute, observed),
          observed,
          evidence,
        }
      : { kind: 'COUNT', text, satisfied: compareCount(count, observed), observed, evidence };
  });
}

/**
 * The score of a checklist: its booleans say on which side of one half it lies, the model's own score how far. A violated
 * rule gives (1 + s) / 2, all satisfied s / 2; when some could not be seen and none is violated, s stays.
 */
export function scoreChecks(checks: readonly RuleCheck[], score: number): number {
  if (checks.some(({ satisfied }) => satisfied === false)) return (1 + score) / 2;
  return checks.every(({ satisfied }) => satisfied === true) ? score / 2 : score;
}

const WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

function compareCount({ least, most }: CountCheck, observed: string | null): boolean | null {
  const count = readCount(observed);
  return count === null ? null : count >= least && (most === undefined || count <= most);
}

/** The one whole number of a text, in digits or as an English word up to twelve; null for none or several. */
function readCount(text: string | null): number | null {
  const words = (text ?? '').toLowerCase().match(/\d+(?:\.\d+)?|[a-z]+/g) ?? [];
  const numbers = words.flatMap((word) => {
    if (/^\d/.test(word)) return [Number(word)];
    if (word === 'none' || word === 'no') return [0];
    const at = WORDS.indexOf(word);
    return at === -1 ? [] : [at];
  });
  const [only, ...more] = numbers;
  return only === undefined || more.length > 0 || !Number.isInteger(only) ? null : only;
}

function compareAttribute({ allowed }: AttributeCheck, observed: string | null): boolean | null {
  if (observed === null) return null;
  const plain = (text: string) =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return allowed.some((value) => plain(value) === plain(observed));
}
