import { endSentence } from './customer-text.ts';
import type { Subject } from './subject.ts';

/**
 * Normality criteria of arXiv 2403.11083: the customer's description, or the sentence of the paper's template. Without a
 * class name the template has nothing to say.
 *
 * @param normality cleaned; empty when the customer gave none.
 */
export function writeNormality({ noun, isVideo, className }: Subject, normality: string): string {
  if (normality !== '') return normality;
  if (className === '') return '';
  return `Normally, the ${isVideo ? 'video frames' : noun} given should depict clear and identifiable ${className}.`;
}

/** Known defects, in the template's words; its own defects stand in where neither they nor normality are given. */
export function writeDefects(defects: readonly string[], normality: string): string {
  if (defects.length > 0) return endSentence(`It may have defects such as ${defects.join(', ')}`);
  return normality === '' ? 'It may have defects such as broken parts, and contaminations.' : '';
}
