/** What the customer wrote of normal, cleaned. */
export interface NormalityText {
  readonly noun: string;
  readonly className: string;
  /** Empty when the customer gave none. */
  readonly normality: string;
  readonly defects: readonly string[];
  readonly rules: readonly string[];
}

/**
 * Normality criteria of arXiv 2403.11083: what normal looks like, known defects, and rules as a numbered list in the
 * wording of its LOGICAL prompt. The paper's template stands in for a description that is missing, and its defects
 * for defects that are missing with it.
 */
export function writeNormality(text: NormalityText): string {
  return [describeNormal(text), describeDefects(text), describeRules(text)].filter(Boolean).join(' ');
}

function describeNormal({ noun, className, normality }: NormalityText): string {
  if (normality !== '') return endSentence(normality);
  return className === ''
    ? ''
    : `Normally, the ${noun} given should depict clear and identifiable ${className}.`;
}

function describeDefects({ normality, defects }: NormalityText): string {
  if (defects.length > 0) return endSentence(`It may have defects such as ${defects.join(', ')}`);
  return normality === '' ? 'It may have defects such as broken parts, and contaminations.' : '';
}

function describeRules({ noun, className, rules }: NormalityText): string {
  if (rules.length === 0) return '';
  const about = className === '' ? '' : ` about ${className}`;
  const list = rules.map((rule, index) => `${index + 1}. ${endSentence(rule)}`).join(' ');
  return `The ${noun} given${about} should obey the following rules: ${list}`;
}

function endSentence(text: string): string {
  return /[.!?。！？]$/u.test(text) ? text : `${text}.`;
}
