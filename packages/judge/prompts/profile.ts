import type { ContentOrder } from '../models/content-order.ts';
import type {
  AttributeCheck,
  CountCheck,
  DetailSetting,
  EvidenceSetting,
  Framing,
  MarkSetting,
  ReferenceChoice,
  ReferenceLayout,
  ScoreSetting,
} from './settings.ts';
import type { Wording } from './wording.ts';

/**
 * Which parts a prompt has: the presets of arXiv 2403.11083, section III; LOGICAL, TEMPORAL and MARKS are the prompts of
 * arXiv 2311.02782 for rules, for time series and video, and for set-of-mark.
 */
export const PROMPT_PRESETS = [
  'NAIVE',
  'CLASS',
  'RULES',
  'REFERENCE',
  'CLASS_REFERENCE',
  'FULL',
  'LOGICAL',
  'TEMPORAL',
  'MARKS',
] as const;

export type PromptPreset = (typeof PROMPT_PRESETS)[number];

/** What normal means, as far as the prompt and the decision need it. Text is the customer's own. */
export interface JudgeProfile {
  /** Name of the object's class, e.g. `bottle`; without it the "given about the …" part goes. */
  readonly className?: string;
  /** What a normal object looks like; without it the paper's template sentence is used. */
  readonly normality?: string;
  /** Rules a normal object obeys, one sentence each; LOGICAL needs at least one. */
  readonly rules: readonly string[];
  /** Defects to look for, e.g. `broken parts`. */
  readonly defects: readonly string[];
  readonly preset: PromptPreset;
  /**
   * `POINT_CLOUD` reads "rendered depth image" for "image" and `VIDEO` "video frames"; `TIME_SERIES` and `VIDEO` ask for
   * "outlier points" (arXiv 2311.02782). Others read "image".
   */
  readonly modality?: string;
  /** Own words for single parts of the prompt. */
  readonly wording?: readonly Wording[];
  /** How the model is asked; absent means DIRECT. */
  readonly framing?: Framing;
  /** Counts that a checklist compares. */
  readonly counts?: readonly CountCheck[];
  /** Attributes that a checklist compares. */
  readonly attributes?: readonly AttributeCheck[];
  /** Whether the model is asked for boxes, which are kept as hints. */
  readonly boxes?: boolean;
  /** Where the text stands; absent means PROVIDER. */
  readonly order?: ContentOrder;
  /** Absent means AUTO. */
  readonly detail?: DetailSetting;
  /** Absent means SEPARATE. */
  readonly layout?: ReferenceLayout;
  /** Absent means NONE, with the preset MARKS SUPERPIXELS. */
  readonly marks?: MarkSetting;
  /** About how many marks, 2 to 100; absent means 30. */
  readonly markCount?: number;
  /** Absent means NONE. */
  readonly evidence?: EvidenceSetting;
  /** Whether an UNCERTAIN sample is looked at once more, in zoomed parts. */
  readonly secondLook?: boolean;
  /** Absent means LOGPROB. */
  readonly scoreFrom?: ScoreSetting;
  /** Which references take part; absent means FIRST. */
  readonly referenceChoice?: ReferenceChoice;
  /** How many references take part; absent means all. */
  readonly referenceCount?: number;
  /** Seed of RANDOM; absent means 0. */
  readonly referenceSeed?: number;
  /** Score from which a sample is ANOMALOUS, 0 to 1; absent means the default. */
  readonly threshold?: number;
  /** Half-width of the UNCERTAIN band around the threshold, 0 to 0.5. */
  readonly uncertainBand?: number;
}
