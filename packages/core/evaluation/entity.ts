import type { ItemLocalisation } from '@loupe/metrics';
import type { Entity, EntityKind, Failure, Lease } from '../platform/index.ts';
import type { CallSettings, Framing, PromptPreset, PromptSettings } from '../profile/index.ts';
import type { Modality } from '../sample/index.ts';
import type { BatchWork } from './batch-work.ts';

export type EvaluationState =
  | 'QUEUED'
  | 'RUNNING'
  | 'STOPPING'
  | 'REDUCING'
  | 'DONE'
  | 'STOPPED'
  | 'CANCELLED'
  | 'FAILED';

/** ECONOMY: by the providers' batch interfaces, within a day or two, at a lower price. */
export type EvaluationMode = 'REALTIME' | 'ECONOMY';

export type PerturbationKind = 'LIGHTING' | 'BLUR' | 'NOISE' | 'JPEG_QUALITY' | 'ROTATION' | 'OCCLUSION';

export interface VariantPerturbation {
  readonly kind: PerturbationKind;
  /** 0, undisturbed, to 1. */
  readonly strength: number;
}

/** What a variant changes of the profile version; absent means as the profile has it. */
export interface Variant {
  /** Once in an evaluation. */
  readonly name: string;
  readonly preset?: PromptPreset | undefined;
  readonly framing?: Framing | undefined;
  readonly model?: string | undefined;
  /** How many references are shown, the first ones. */
  readonly referenceCount?: number | undefined;
  readonly threshold?: number | undefined;
  readonly uncertainBand?: number | undefined;
  /** All settings of the prompt as it has them, those of the profile that it leaves among them. */
  readonly prompt?: PromptSettings | undefined;
  /** The same of the calls. */
  readonly calls?: CallSettings | undefined;
  /** What is done to an item's pictures before they are judged. */
  readonly perturbation?: VariantPerturbation | undefined;
}

/** A dataset version judged by variants of a profile version. Times are epoch ms. */
export interface Evaluation extends Entity {
  readonly state: EvaluationState;
  /** Absent means REALTIME. */
  readonly mode?: EvaluationMode | undefined;
  readonly name?: string | undefined;
  readonly datasetId: string;
  readonly datasetVersionId: string;
  readonly profileId: string;
  readonly profileVersionId: string;
  readonly variants: readonly Variant[];
  /** Whether an item's class, not the profile's, is named in the prompt. */
  readonly useItemClass: boolean;
  readonly seed: number;
  readonly maxCostMicroUsd?: number | undefined;
  /** What it was expected to cost; absent where a price is not known. */
  readonly estimateMicroUsd?: number | undefined;
  /** The same of each variant; absent in evaluations from before it was kept. */
  readonly variantEstimates?: readonly number[] | undefined;
  /** Items of a chunk at most, and chunks of all variants together. */
  readonly chunkItems: number;
  readonly chunkCount: number;
  /** Items of the version times variants. */
  readonly itemCount: number;
  /**
   * Reviews whose cases may be shown as examples, chosen once, as it starts: none of them is of an item. Absent when no
   * variant shows any.
   */
  readonly exemplarReviewIds?: readonly string[] | undefined;
  /** 0, and one more with every retry of failed items. */
  readonly round: number;
  /** What it becomes once the figures are made. */
  readonly endsAs?: 'DONE' | 'STOPPED' | 'CANCELLED' | undefined;
  readonly failure?: Failure | undefined;
  /** The deletion that waits for its end. */
  readonly deletionId?: string | undefined;
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly finishedAt?: number | undefined;
  /** Revision whose figures lie in the bucket; absent before there are any. */
  readonly resultRev?: number | undefined;
  /** Exports of that revision, in each format; absent in evaluations from before it was kept. */
  readonly exportCount?: number | undefined;
  readonly attempt: number;
  readonly lease?: Lease | undefined;
  readonly dueAt?: number | undefined;
}

/** A run of items of one variant: the row of the work, whatever the number of items. Hangs on its evaluation. */
export interface Chunk {
  readonly rev: number;
  readonly position: number;
  /** Position of the variant. */
  readonly variant: number;
  /** First item, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly state: 'OPEN' | 'DONE';
  /** Claims since the last progress. */
  readonly attempt: number;
  readonly lease?: Lease | undefined;
  /** Before this nobody may claim it: the provider asked for patience. */
  readonly retryAt?: number | undefined;
  /** Since when nothing of it could be answered. */
  readonly stuckSince?: number | undefined;
  /** Set aside of the budget while it is open, in micro-USD. */
  readonly reservedMicroUsd: number;
  readonly totals: ChunkTotals;
  /** In ECONOMY, once it is begun: its batches. */
  readonly work?: BatchWork | undefined;
}

/** What a chunk counted; all 0 before it is DONE. */
export interface ChunkTotals {
  readonly items: number;
  /** Items that ended in an error. */
  readonly failed: number;
  readonly costMicroUsd: number;
  /** Answered items whose cost is not known; absent in chunks from before they were counted. */
  readonly costUnknown?: number | undefined;
}

export const NO_TOTALS: ChunkTotals = { items: 0, failed: 0, costMicroUsd: 0 };

export const evaluationKind: EntityKind<Evaluation> = {
  name: 'evaluation',
  place: (evaluation) => ({
    byTenant: { partition: 'evaluation', sort: evaluation.id },
    byParent: { partition: `profile#${evaluation.profileId}#evaluation`, sort: evaluation.id },
    dueAt: evaluation.dueAt,
  }),
};

/** One judged item, a line of a chunk's results. */
export interface ItemResult {
  /** Position in the dataset version. */
  readonly index: number;
  readonly item: string;
  readonly sampleId: string;
  readonly class: string;
  readonly anomalous: boolean;
  readonly defectType?: string | undefined;
  /** Absent in results from before it was noted, and of items without a sample. */
  readonly modality?: Modality | undefined;
  readonly outcome: 'PARSED' | 'REPAIRED' | 'REFUSED' | 'UNPARSEABLE' | 'ERROR';
  readonly score?: number | undefined;
  readonly decision: 'NORMAL' | 'ANOMALOUS' | 'UNCERTAIN';
  readonly reasoning: string;
  /** Why it ended in an error. */
  readonly code?: string | undefined;
  readonly costMicroUsd?: number | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly latencyMs?: number | undefined;
  /** How its findings lie to the truth, where that is known. */
  readonly localisation?: ItemLocalisation | undefined;
}

/** Which of a pack: the keys of its questions, or the answers its batch brought. */
export function locatePack(
  evaluationId: string,
  position: number,
  pack: string,
  part: 'keys' | 'answers',
): string {
  return `evaluations/${evaluationId}/chunks/${position}/packs/${pack}-${part}.jsonl`;
}

/** Masks of one picture of a chunk that is judged in batches. */
export function locateMasks(evaluationId: string, position: number, picture: string): string {
  return `evaluations/${evaluationId}/chunks/${position}/masks/${picture}.json`;
}

export function isEvaluationEnded({ state }: Evaluation): boolean {
  return state === 'DONE' || state === 'STOPPED' || state === 'CANCELLED' || state === 'FAILED';
}

/** Results of a chunk; `partial` holds what was judged of one that is not done. */
export function locateChunk(evaluationId: string, position: number, part: 'results' | 'partial'): string {
  return `evaluations/${evaluationId}/chunks/${position}/${part}.jsonl`;
}

/** Files of an evaluation as a whole, of one revision. */
export function locateOutput(evaluationId: string, rev: number, name: string): string {
  return `evaluations/${evaluationId}/outputs/${rev}/${name}`;
}
