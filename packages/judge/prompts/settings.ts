/** How a model is asked to judge; see docs/guides/judge.md for what each has been measured to do. */
export const FRAMINGS = ['DIRECT', 'REFUTE', 'CHECKLIST', 'BLEND'] as const;

/**
 * DIRECT asks for the verdict (arXiv 2403.11083). REFUTE has the model name what might be wrong and compare it before it
 * scores. CHECKLIST has it answer rule by rule. BLEND is the mean of a DIRECT and a REFUTE call.
 */
export type Framing = (typeof FRAMINGS)[number];

/** A framing of one call. */
export type CallFraming = Exclude<Framing, 'BLEND'>;

/** A number of things that the model counts and Loupe compares. */
export interface CountCheck {
  /** What to count, e.g. `screws`. */
  readonly of: string;
  readonly least: number;
  /** At least `least`; absent means no upper limit. */
  readonly most?: number | undefined;
}

/** A property that the model reads off and Loupe compares. */
export interface AttributeCheck {
  /** Which property, e.g. `colour of the cap`. */
  readonly of: string;
  /** The values that are normal, at least one; case and spaces do not count. */
  readonly allowed: readonly string[];
}

/** Which references go with a prompt: the profile's first, ones drawn by seed, or those most like the query. */
export const REFERENCE_CHOICES = ['FIRST', 'RANDOM', 'NEAREST'] as const;
export type ReferenceChoice = (typeof REFERENCE_CHOICES)[number];

/** Separate pictures, or reference and query beside each other in one. */
export type ReferenceLayout = 'SEPARATE' | 'SIDE_BY_SIDE';

/**
 * How large pictures are sent: AUTO and HIGH as large as the model looks at them, LOW 512 px, ORIGINAL as converted.
 * Providers that let one choose are told.
 */
export type DetailSetting = 'AUTO' | 'LOW' | 'HIGH' | 'ORIGINAL';

/**
 * What numbers drawn on the query stand for (set-of-mark): nothing, a grid, superpixels, the detector's regions, or the
 * masks of the tenant's segmenter.
 */
export type MarkSetting = 'NONE' | 'GRID' | 'SUPERPIXELS' | 'DETECTOR' | 'SEGMENTER';

/** Whether the embedded detector's findings are told, and its map shown. */
export type EvidenceSetting = 'NONE' | 'TEXT' | 'OVERLAY';

/**
 * What a score is made from. LOGPROB: the probability of the verdict's token where the model gives it, else as VERBALISED:
 * the answer's own score, else its yes or no.
 */
export type ScoreSetting = 'LOGPROB' | 'VERBALISED';

/** Something measured about the sample, e.g. a temperature; text of the sample's, not to be followed. */
export interface Reading {
  readonly name: string;
  readonly value: string;
}
