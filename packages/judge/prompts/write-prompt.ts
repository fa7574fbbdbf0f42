import { cleanList, cleanText, endSentence, PROMPT_LIMITS, PromptError } from './customer-text.ts';
import { writeData } from './data-part.ts';
import { type AnswerForm, writeFormat } from './format-part.ts';
import { type Checklist, cleanChecklist, countChecks, writeFraming } from './framing-part.ts';
import { writeMarks } from './marks-part.ts';
import { writeDefects, writeNormality } from './normality-part.ts';
import type { JudgeProfile, PromptPreset } from './profile.ts';
import { writeLogicalReferences, writeReferences } from './reference-part.ts';
import { numberRules, writeRules } from './rules-part.ts';
import type { CallFraming, Reading } from './settings.ts';
import { describeSubject, type PictureCounts, type Subject } from './subject.ts';
import { writeLogicalTask, writeTask } from './task-part.ts';
import { fillWording, type Placeholder, type WordedPart } from './wording.ts';

export interface Prompt {
  /** The whole text, as the model gets it. */
  readonly text: string;
  /** The paper's part: `text` without the answer's form. */
  readonly instruction: string;
  /** The preset in force: the zero-shot one when there are no references. */
  readonly preset: PromptPreset;
  /** How many reference pictures the text speaks of; 0 means none may be sent with it. */
  readonly references: number;
  /** Whether the text speaks of marked pictures. */
  readonly marked: boolean;
  /** What the answer holds. */
  readonly form: AnswerForm;
  /** What the answer checks one by one. */
  readonly checklist: Checklist;
}

/** What one call adds to a profile's prompt. */
export interface CallOptions {
  /** Absent means DIRECT. */
  readonly framing?: CallFraming;
  /** What was measured of the sample. */
  readonly readings?: readonly Reading[];
  /** Paragraphs of Loupe's own that follow the instruction. */
  readonly paragraphs?: readonly string[];
  /** What else the answer holds. */
  readonly form?: AnswerForm;
}

/** What a preset holds. */
export interface PresetParts {
  readonly class: boolean;
  readonly normality: boolean;
  readonly references: boolean;
  /** What it becomes without references. */
  readonly zeroShot: PromptPreset;
}

export const PRESET_PARTS: Readonly<Record<PromptPreset, PresetParts>> = {
  NAIVE: { class: false, normality: false, references: false, zeroShot: 'NAIVE' },
  CLASS: { class: true, normality: false, references: false, zeroShot: 'CLASS' },
  RULES: { class: true, normality: true, references: false, zeroShot: 'RULES' },
  REFERENCE: { class: false, normality: false, references: true, zeroShot: 'NAIVE' },
  CLASS_REFERENCE: { class: true, normality: false, references: true, zeroShot: 'CLASS' },
  FULL: { class: true, normality: true, references: true, zeroShot: 'RULES' },
  LOGICAL: { class: true, normality: false, references: true, zeroShot: 'LOGICAL' },
  TEMPORAL: { class: false, normality: false, references: true, zeroShot: 'TEMPORAL' },
  MARKS: { class: false, normality: false, references: true, zeroShot: 'MARKS' },
};

/**
 * Composes the prompt of a profile from its parts.
 *
 * @param counts how many reference and query pictures go with it, and whether marked ones follow.
 * @throws PromptError when a text of the profile exceeds PROMPT_LIMITS, an own text names an unknown placeholder, or
 * LOGICAL has no rules.
 */
export function writePrompt(profile: JudgeProfile, counts: PictureCounts, call: CallOptions = {}): Prompt {
  const references = PRESET_PARTS[profile.preset].references ? counts.references : 0;
  const preset = references === 0 ? PRESET_PARTS[profile.preset].zeroShot : profile.preset;
  const marked = counts.marked ?? preset === 'MARKS';
  const className = PRESET_PARTS[preset].class
    ? cleanText(profile.className ?? '', 'className', PROMPT_LIMITS.className)
    : '';
  const subject = describeSubject(preset, profile.modality, className, { ...counts, references, marked });
  const instruction = joinSentences(writeParts(profile, preset, subject));
  const { framing = 'DIRECT' } = call;
  const checklist = framing === 'CHECKLIST' ? listChecks(profile) : NO_CHECKS;
  const form: AnswerForm = {
    ...call.form,
    checks: countChecks(checklist),
    candidates: framing === 'REFUTE',
    marks: marked,
    boxes: profile.boxes ?? false,
  };
  const paragraphs = [
    instruction,
    ...(call.paragraphs ?? []),
    writeData(call.readings ?? []),
    writeFraming(framing, subject, checklist),
    writeFormat(form),
  ];
  const text = paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
  return { text, instruction, preset, references, marked, form, checklist };
}

const NO_CHECKS: Checklist = { rules: [], counts: [], attributes: [] };

/** @throws PromptError when there is nothing to check */
function listChecks(profile: JudgeProfile): Checklist {
  const { rules } = cleanTexts(profile);
  const checklist = cleanChecklist(rules, profile.counts ?? [], profile.attributes ?? []);
  if (countChecks(checklist) > 0) return checklist;
  throw new PromptError(
    'PROMPT_RULES_MISSING',
    'rules',
    'The framing CHECKLIST needs at least one rule, count or attribute.',
  );
}

/** The parts of the instruction in their order; empty ones say nothing. */
function writeParts(profile: JudgeProfile, preset: PromptPreset, subject: Subject): string[] {
  const texts = cleanTexts(profile);
  const overrides = writeOverrides(profile, subject, texts);
  const pick = (part: WordedPart, text: string) => (text === '' ? '' : (overrides.get(part) ?? text));
  const marks = pick('MARKS', writeMarks(subject));
  if (preset === 'LOGICAL') {
    if (texts.rules.length === 0) {
      throw new PromptError('PROMPT_RULES_MISSING', 'rules', 'The preset LOGICAL needs at least one rule.');
    }
    return [
      pick('RULES', writeRules(subject, texts.rules)),
      pick('REFERENCES', writeLogicalReferences(subject)),
      marks,
      pick('TASK', writeLogicalTask(subject)),
    ];
  }
  const task = [pick('REFERENCES', writeReferences(subject)), marks, pick('TASK', writeTask(subject))];
  if (!PRESET_PARTS[preset].normality) return task;
  return [
    ...task,
    pick('NORMALITY', writeNormality(subject, texts.normality)),
    pick('DEFECTS', writeDefects(texts.defects, texts.normality)),
    pick('RULES', writeRules(subject, texts.rules)),
  ];
}

interface CleanTexts {
  readonly normality: string;
  readonly defects: readonly string[];
  readonly rules: readonly string[];
}

function cleanTexts(profile: JudgeProfile): CleanTexts {
  const { defect, defects, rule, rules } = PROMPT_LIMITS;
  return {
    normality: cleanText(profile.normality ?? '', 'normality', PROMPT_LIMITS.normality),
    defects: cleanList(profile.defects, 'defects', { length: defect, entries: defects }),
    rules: cleanList(profile.rules, 'rules', { length: rule, entries: rules }),
  };
}

function writeOverrides(profile: JudgeProfile, subject: Subject, texts: CleanTexts): Map<WordedPart, string> {
  const values: Record<Placeholder, string> = {
    class: cleanText(profile.className ?? '', 'className', PROMPT_LIMITS.className),
    references: String(subject.references),
    queries: String(subject.queries),
    noun: subject.noun,
    normality: texts.normality,
    defects: texts.defects.join(', '),
    rules: numberRules(texts.rules),
  };
  const filled = (profile.wording ?? []).map(
    (wording, index) => [wording.part, fillWording(wording, values, `wording[${index}]`)] as const,
  );
  return new Map(filled);
}

/** A text that another one follows ends as a sentence; the last one stays as it was written. */
function joinSentences(parts: readonly string[]): string {
  const written = parts.filter((part) => part !== '');
  return written.map((part, index) => (index < written.length - 1 ? endSentence(part) : part)).join(' ');
}
