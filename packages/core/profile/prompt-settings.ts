import { checkNumber, checkText, DomainError } from '../platform/index.ts';

export type Framing = 'DIRECT' | 'REFUTE' | 'CHECKLIST' | 'BLEND';
export type ReferenceChoice = 'FIRST' | 'RANDOM' | 'NEAREST';
export type ReferenceLayout = 'SEPARATE' | 'SIDE_BY_SIDE';
export type ContentOrder = 'PROVIDER' | 'TEXT_FIRST' | 'TEXT_LAST' | 'REFERENCES_FIRST';
export type ImageDetail = 'AUTO' | 'LOW' | 'HIGH' | 'ORIGINAL';
export type MarkSetting = 'NONE' | 'GRID' | 'SUPERPIXELS' | 'DETECTOR' | 'SEGMENTER';
export type EvidenceSetting = 'NONE' | 'TEXT' | 'OVERLAY';
export type ScoreSetting = 'LOGPROB' | 'VERBALISED';
export type WordedPart = 'REFERENCES' | 'MARKS' | 'TASK' | 'NORMALITY' | 'DEFECTS' | 'RULES';

/** A number of things the model counts and the service compares. */
export interface CountCheck {
  readonly of: string;
  readonly least: number;
  readonly most?: number | undefined;
}

/** A property the model reads off and the service compares. */
export interface AttributeCheck {
  readonly of: string;
  readonly allowed: readonly string[];
}

/** Own words for a part of the prompt. */
export interface Wording {
  readonly part: WordedPart;
  readonly text: string;
}

/** Corrected cases that are shown as examples. */
export interface ExemplarSettings {
  /** At most how many, the nearest ones; 0 for none. */
  readonly count: number;
  /** Whether what people noted goes with them. */
  readonly notes: boolean;
}

/** How the model is asked; see the schema for what each means. */
export interface PromptSettings {
  readonly framing: Framing;
  readonly counts: readonly CountCheck[];
  readonly attributes: readonly AttributeCheck[];
  readonly wording: readonly Wording[];
  readonly boxes: boolean;
  readonly order: ContentOrder;
  readonly detail: ImageDetail;
  readonly layout: ReferenceLayout;
  readonly marks: MarkSetting;
  readonly markCount: number;
  readonly evidence: EvidenceSetting;
  readonly exemplars: ExemplarSettings;
  readonly secondLook: boolean;
  readonly referenceChoice: ReferenceChoice;
  /** Absent means all. */
  readonly referenceCount?: number | undefined;
  readonly referenceSeed: number;
  readonly scoreFrom: ScoreSetting;
}

/** Settings as a caller gives them: null means the default. */
export type PromptSettingsPatch = {
  readonly [K in keyof PromptSettings]?: PromptSettings[K] | LooseChecks[K] | null | undefined;
};

interface LooseChecks extends Record<Exclude<keyof PromptSettings, 'counts' | 'exemplars'>, never> {
  readonly exemplars: { readonly [K in keyof ExemplarSettings]?: ExemplarSettings[K] | null | undefined };
  readonly counts: readonly {
    readonly of: string;
    readonly least: number;
    readonly most?: number | null | undefined;
  }[];
}

export const DEFAULT_PROMPT_SETTINGS: PromptSettings = {
  framing: 'DIRECT',
  counts: [],
  attributes: [],
  wording: [],
  boxes: false,
  order: 'PROVIDER',
  detail: 'AUTO',
  layout: 'SEPARATE',
  marks: 'NONE',
  markCount: 30,
  evidence: 'NONE',
  exemplars: { count: 0, notes: true },
  secondLook: false,
  referenceChoice: 'FIRST',
  referenceSeed: 0,
  scoreFrom: 'LOGPROB',
};

/** What may stand in braces in a wording; the judge fills them. */
export const PLACEHOLDERS = [
  'class',
  'references',
  'queries',
  'noun',
  'normality',
  'defects',
  'rules',
] as const;

const LIMITS = {
  checks: 20,
  of: 200,
  count: 1_000_000,
  allowed: { items: 20, length: 100 },
  wording: 1000,
  references: 8,
  exemplars: 4,
  marks: 100,
  seed: 2 ** 31 - 1,
} as const;

/** The settings with their defaults filled in. @throws DomainError INVALID with the path of what is wrong */
export function checkPromptSettings(
  given: PromptSettingsPatch | null | undefined,
  path: readonly string[],
): PromptSettings {
  const defaults = DEFAULT_PROMPT_SETTINGS;
  const at = (field: keyof PromptSettings) => [...path, field];
  const count = given?.referenceCount ?? undefined;
  return {
    framing: given?.framing ?? defaults.framing,
    counts: checkCounts(given?.counts ?? [], at('counts')),
    attributes: checkAttributes(given?.attributes ?? [], at('attributes')),
    wording: checkWording(given?.wording ?? [], at('wording')),
    boxes: given?.boxes ?? defaults.boxes,
    order: given?.order ?? defaults.order,
    detail: given?.detail ?? defaults.detail,
    layout: given?.layout ?? defaults.layout,
    marks: given?.marks ?? defaults.marks,
    markCount: checkNumber(given?.markCount ?? defaults.markCount, at('markCount'), 2, LIMITS.marks),
    evidence: given?.evidence ?? defaults.evidence,
    exemplars: checkExemplars(given?.exemplars, at('exemplars')),
    secondLook: given?.secondLook ?? defaults.secondLook,
    referenceChoice: given?.referenceChoice ?? defaults.referenceChoice,
    ...(count !== undefined && {
      referenceCount: checkNumber(count, at('referenceCount'), 1, LIMITS.references),
    }),
    referenceSeed: checkNumber(given?.referenceSeed ?? 0, at('referenceSeed'), 0, LIMITS.seed),
    scoreFrom: given?.scoreFrom ?? defaults.scoreFrom,
  };
}

/** Whether a checklist has anything to check. */
export function hasChecks(settings: PromptSettings, rules: readonly string[]): boolean {
  return rules.length + settings.counts.length + settings.attributes.length > 0;
}

function checkExemplars(given: PromptSettingsPatch['exemplars'], path: readonly string[]): ExemplarSettings {
  const defaults = DEFAULT_PROMPT_SETTINGS.exemplars;
  return {
    count: checkNumber(given?.count ?? defaults.count, [...path, 'count'], 0, LIMITS.exemplars),
    notes: given?.notes ?? defaults.notes,
  };
}

function checkCounts(
  counts: NonNullable<PromptSettingsPatch['counts']>,
  path: readonly string[],
): CountCheck[] {
  checkLength(counts, path, LIMITS.checks);
  return counts.map(({ of, least, most }, position) => {
    const at = [...path, String(position)];
    const from = checkNumber(least, [...at, 'least'], 0, LIMITS.count);
    return {
      of: checkText(of, [...at, 'of'], 1, LIMITS.of),
      least: from,
      ...(most !== null &&
        most !== undefined && { most: checkNumber(most, [...at, 'most'], from, LIMITS.count) }),
    };
  });
}

function checkAttributes(attributes: readonly AttributeCheck[], path: readonly string[]): AttributeCheck[] {
  checkLength(attributes, path, LIMITS.checks);
  return attributes.map(({ of, allowed }, position) => {
    const at = [...path, String(position)];
    if (allowed.length === 0) {
      throw new DomainError('INVALID', 'allowed has at least one value.', [...at, 'allowed']);
    }
    checkLength(allowed, [...at, 'allowed'], LIMITS.allowed.items);
    return {
      of: checkText(of, [...at, 'of'], 1, LIMITS.of),
      allowed: allowed.map((value, index) =>
        checkText(value, [...at, 'allowed', String(index)], 1, LIMITS.allowed.length),
      ),
    };
  });
}

function checkWording(wording: readonly Wording[], path: readonly string[]): Wording[] {
  return wording.map(({ part, text }, position) => {
    const at = [...path, String(position)];
    if (wording.findIndex((other) => other.part === part) !== position) {
      throw new DomainError('INVALID', `The part ${part} is worded twice.`, [...at, 'part']);
    }
    const checked = checkText(text, [...at, 'text'], 1, LIMITS.wording);
    for (const [, name = ''] of checked.matchAll(/\{([^{}]*)\}/g)) {
      if (PLACEHOLDERS.some((known) => known === name)) continue;
      throw new DomainError(
        'INVALID',
        `There is no placeholder {${name.slice(0, 40)}}. Use ${PLACEHOLDERS.map((known) => `{${known}}`).join(', ')}.`,
        [...at, 'text'],
      );
    }
    return { part, text: checked };
  });
}

function checkLength(items: readonly unknown[], path: readonly string[], most: number): void {
  if (items.length <= most) return;
  throw new DomainError('INVALID', `${path.at(-1)} has at most ${most} entries, not ${items.length}.`, path);
}
