import { countPictures, type Subject } from './subject.ts';

/**
 * Set-of-mark (arXiv 2311.02782, anomaly localisation): which picture is inspected and which one shows its marks. With
 * references, or several views, the pictures are counted on in the same words.
 */
export function writeMarks(subject: Subject): string {
  if (!subject.marked) return '';
  const { queries, references, noun } = subject;
  if (queries > 1) {
    const place = references === 0 ? 'first' : 'next';
    const many = countPictures(subject, queries);
    return `The ${place} ${many} need to be inspected. The last ${many} contain their corresponding marks.`;
  }
  const [inspected, marks] =
    references === 0 ? ['first', 'second'] : references === 1 ? ['second', 'third'] : ['next', 'last'];
  return `The ${inspected} ${noun} needs to be inspected. The ${marks} ${noun} contains its corresponding marks.`;
}
