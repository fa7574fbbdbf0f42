import { describeClass, type Subject } from './subject.ts';

/**
 * Task instruction (arXiv 2403.11083, section III; cases of arXiv 2311.02782). Without references "the image", with one
 * "the second image". Several views of a sample and several references are Loupe's extension: "the images contain",
 * "the last image contains".
 */
export function writeTask(subject: Subject): string {
  return writeQuestion(subject, describeInspected(subject, describeClass(subject.className)));
}

/** The task after rules that named the class already (LOGICAL of arXiv 2311.02782): "the given image". */
export function writeLogicalTask(subject: Subject): string {
  if (subject.references > 0) return writeQuestion(subject, describeInspected(subject, ''));
  const { noun, queries, isVideo } = subject;
  if (isVideo) return writeQuestion(subject, 'the given video frames contains');
  return writeQuestion(subject, queries === 1 ? `the given ${noun} contains` : `the given ${noun}s contain`);
}

function describeInspected(subject: Subject, about: string): string {
  const { noun, queries, references, marked, isVideo } = subject;
  if (isVideo) return `the ${references === 0 ? '' : 'other '}video frames${about} contains`;
  if (references === 0)
    return queries === 1 ? `the ${noun}${about} contains` : `the ${noun}s${about} contain`;
  if (references === 1 && queries === 1) return `the second ${noun}${about} contains`;
  if (marked) {
    return queries === 1
      ? `the ${noun}${about} that needs to be inspected contains`
      : `the ${noun}s${about} that need to be inspected contain`;
  }
  return queries === 1 ? `the last ${noun}${about} contains` : `the last ${queries} ${noun}s${about} contain`;
}

function writeQuestion({ faults }: Subject, whatContains: string): string {
  return `Please determine whether ${whatContains} ${faults}. If yes, give a specific reason.`;
}
