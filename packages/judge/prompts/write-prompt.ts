import { cleanList, cleanText, PROMPT_LIMITS } from './customer-text.ts';
import { writeFormat } from './format-part.ts';
import { writeNormality } from './normality-part.ts';
import type { JudgeProfile, PromptPreset } from './profile.ts';
import { writeReferenceTask } from './reference-part.ts';
import { writeTask } from './task-part.ts';

export interface Prompt {
  /** The whole text, as the model gets it. */
  readonly text: string;
  /** The paper's part: `text` without the answer's form. */
  readonly instruction: string;
  /** The preset in force: the zero-shot one when there are no references. */
  readonly preset: PromptPreset;
  /** How many reference pictures the text speaks of; 0 means none may be sent with it. */
  readonly references: number;
}

const PARTS: Record<PromptPreset, { class: boolean; normality: boolean; zeroShot: PromptPreset }> = {
  NAIVE: { class: false, normality: false, zeroShot: 'NAIVE' },
  CLASS: { class: true, normality: false, zeroShot: 'CLASS' },
  RULES: { class: true, normality: true, zeroShot: 'RULES' },
  REFERENCE: { class: false, normality: false, zeroShot: 'NAIVE' },
  CLASS_REFERENCE: { class: true, normality: false, zeroShot: 'CLASS' },
  FULL: { class: true, normality: true, zeroShot: 'RULES' },
};

/**
 * Composes the prompt of a profile from its parts.
 *
 * @param counts how many reference and query pictures go with it.
 * @throws PromptError when a text of the profile exceeds PROMPT_LIMITS.
 */
export function writePrompt(
  profile: JudgeProfile,
  counts: { readonly references: number; readonly queries: number },
): Prompt {
  const preset = counts.references === 0 ? PARTS[profile.preset].zeroShot : profile.preset;
  const parts = PARTS[preset];
  const references = parts.zeroShot === preset ? 0 : counts.references;
  const noun = profile.modality === 'POINT_CLOUD' ? 'rendered depth image' : 'image';
  const className = parts.class
    ? cleanText(profile.className ?? '', 'className', PROMPT_LIMITS.className)
    : '';
  const subject = { noun, className, queries: counts.queries } as const;
  const task = references === 0 ? writeTask(subject) : writeReferenceTask(subject, references);
  const instruction = parts.normality ? `${task} ${describeNormality(profile, noun, className)}` : task;
  return { text: `${instruction}\n\n${writeFormat()}`, instruction, preset, references };
}

function describeNormality(profile: JudgeProfile, noun: string, className: string): string {
  return writeNormality({
    noun,
    className,
    normality: cleanText(profile.normality ?? '', 'normality', PROMPT_LIMITS.normality),
    defects: cleanList(profile.defects, 'defects', {
      length: PROMPT_LIMITS.defect,
      entries: PROMPT_LIMITS.defects,
    }),
    rules: cleanList(profile.rules, 'rules', { length: PROMPT_LIMITS.rule, entries: PROMPT_LIMITS.rules }),
  });
}
