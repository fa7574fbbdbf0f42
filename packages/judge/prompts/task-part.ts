/** What the pictures are called and how many of them are inspected. */
export interface Subject {
  readonly noun: 'image' | 'rendered depth image';
  /** Cleaned class name; empty when the profile has none or the preset leaves it out. */
  readonly className: string;
  /** How many views are inspected, from 1. */
  readonly queries: number;
}

/** Class context of arXiv 2403.11083, section III: " given about the bottle". */
export function describeClass(className: string): string {
  return className === '' ? '' : ` given about the ${className}`;
}

/**
 * Task instruction without a reference (presets NAIVE and CLASS; arXiv 2403.11083 and the zero-shot cases of
 * arXiv 2311.02782). Several views of one sample are Loupe's extension: "the images … contain".
 */
export function writeTask(subject: Subject): string {
  const about = describeClass(subject.className);
  const what =
    subject.queries === 1 ? `the ${subject.noun}${about} contains` : `the ${subject.noun}s${about} contain`;
  return writeQuestion(what);
}

/** The sentence every preset ends its task with. */
export function writeQuestion(whatContains: string): string {
  return `Please determine whether ${whatContains} anomalies or defects. If yes, give a specific reason.`;
}
