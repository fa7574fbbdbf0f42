import { countPictures, describeClass, type Subject } from './subject.ts';

/**
 * Normal references (presets REFERENCE, CLASS_REFERENCE and FULL of arXiv 2403.11083; one-shot cases of
 * arXiv 2311.02782). The papers have one; more are Loupe's extension: "The first 4 images are normal."
 */
export function writeReferences(subject: Subject): string {
  const { references, className } = subject;
  if (references === 0) return '';
  const verb = references === 1 ? 'is' : 'are';
  return `The first ${countPictures(subject, references)}${describeClass(className)} ${verb} normal.`;
}

/** References after rules (LOGICAL, one-shot, of arXiv 2311.02782). */
export function writeLogicalReferences(subject: Subject): string {
  const { references } = subject;
  if (references === 0) return '';
  const first = `The first ${countPictures(subject, references)}`;
  return references === 1
    ? `${first} meets all the standards and is normal.`
    : `${first} meet all the standards and are normal.`;
}
