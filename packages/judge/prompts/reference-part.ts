import { describeClass, type Subject, writeQuestion } from './task-part.ts';

/**
 * Task instruction with normal references (presets REFERENCE and CLASS_REFERENCE; arXiv 2403.11083 and the one-shot
 * cases of arXiv 2311.02782). The paper has one reference and one query; more of either is Loupe's extension:
 * "The first N images are normal. … the last image …".
 *
 * @param references how many reference pictures come first, from 1.
 */
export function writeReferenceTask(subject: Subject, references: number): string {
  const { noun, queries } = subject;
  const about = describeClass(subject.className);
  const normal =
    references === 1
      ? `The first ${noun}${about} is normal.`
      : `The first ${references} ${noun}s${about} are normal.`;
  const inspected =
    queries === 1
      ? `the ${references === 1 ? 'second' : 'last'} ${noun}${about} contains`
      : `the last ${queries} ${noun}s${about} contain`;
  return `${normal} ${writeQuestion(inspected)}`;
}
