import { endSentence } from './customer-text.ts';
import type { Subject } from './subject.ts';

/** Rules as a numbered list (LOGICAL of arXiv 2311.02782). @param rules cleaned */
export function writeRules({ noun, isVideo, className }: Subject, rules: readonly string[]): string {
  if (rules.length === 0) return '';
  const about = className === '' ? '' : ` given about ${className}`;
  return `The ${isVideo ? 'video frames' : noun}${about} should obey the following rules: ${numberRules(rules)}`;
}

/** "1. … 2. …", each a sentence of its own. */
export function numberRules(rules: readonly string[]): string {
  return rules.map((rule, index) => `${index + 1}. ${endSentence(rule)}`).join(' ');
}
