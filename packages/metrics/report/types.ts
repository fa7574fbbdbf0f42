import type { Comparison } from '../comparison/compare.ts';
import type { LocalisationResult } from '../localisation/localisation-tally.ts';
import type { Report } from '../protocol/judge-groups.ts';
import type { computeCurve, computeHistogram, computeReliability } from '../ranking/curves.ts';

/** What is said of one variant. */
export interface VariantResult {
  readonly name: string;
  readonly clean: Report;
  readonly paper: Report;
  /** By defect type: its anomalous items against all normal ones. */
  readonly slices: readonly SliceResult[];
  readonly modalities: readonly ModalityResult[];
  readonly localisation: LocalisationResult;
  readonly curve: ReturnType<typeof computeCurve>;
  readonly reliability: ReturnType<typeof computeReliability>;
  readonly histogram: ReturnType<typeof computeHistogram>;
  readonly costMicroUsd: number;
  /** Answered items that are not in the cost: it is not known. */
  readonly costUnknownCount: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Median and 95th percentile of the time an answer took, in ms; null without one. */
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
  /** Items of certain wrong answers, the most certain first. */
  readonly misses: readonly WrongItem[];
  readonly falseAlarms: readonly WrongItem[];
}

export interface SliceResult {
  readonly name: string;
  readonly items: number;
  readonly recall: number | null;
  readonly auroc: number | null;
}

/** The answered items of one modality. */
export interface ModalityResult {
  readonly modality: string;
  readonly anomalous: number;
  readonly normal: number;
  readonly recall: number | null;
  readonly specificity: number | null;
  readonly auroc: number | null;
}

export interface WrongItem {
  readonly item: string;
  readonly sampleId: string;
  readonly class: string;
  readonly defectType?: string | undefined;
  readonly score: number;
  readonly reasoning: string;
}

export interface VariantComparison {
  readonly first: string;
  readonly second: string;
  readonly comparison: Comparison;
}

/** How the verdicts of a variant hold when its pictures are disturbed in one way, by strength. */
export interface RobustnessCurve {
  /** Name of the undisturbed variant, the point of strength 0. */
  readonly variant: string;
  readonly kind: string;
  readonly points: readonly {
    readonly variant: string;
    readonly strength: number;
    /** Items that this and the undisturbed variant answered. */
    readonly items: number;
    /** Share of them whose decision is the same; null without any. */
    readonly agreement: number | null;
    readonly auroc: number | null;
  }[];
}

/** All figures of an evaluation: what the report shows, and what the API gives. */
export interface EvaluationResult {
  readonly title: string;
  readonly dataset: { readonly name: string; readonly number: number; readonly digest: string };
  readonly profile: { readonly name: string; readonly number: number };
  readonly itemCount: number;
  readonly seed: number;
  /** Items of each variant that were judged; fewer than `itemCount` where it ended early. */
  readonly judged: readonly number[];
  readonly leakCount: number;
  /** Names of items, at most 20, that are among the references of the profile. */
  readonly referenceItems: readonly string[];
  readonly variants: readonly VariantResult[];
  /** The first variant against each other one. */
  readonly comparisons: readonly VariantComparison[];
  readonly robustness: readonly RobustnessCurve[];
}

/** A picture of a sample for the report. */
export interface Picture {
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
}
