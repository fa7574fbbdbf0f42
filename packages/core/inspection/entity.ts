import type { Entity, EntityKind, Failure, Lease } from '../platform/index.ts';
import type { ThresholdChooser } from '../profile/index.ts';

export type InspectionState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED';
export type Decision = 'NORMAL' | 'ANOMALOUS' | 'UNCERTAIN';
export type ThresholdSource = 'DEFAULT' | ThresholdChooser;
export type Outcome = 'PARSED' | 'REPAIRED' | 'REFUSED' | 'UNPARSEABLE';
export type ScoreSource = 'LOGPROB' | 'VERBALISED' | 'CORRECTNESS' | 'CHECKLIST' | 'REFERENCE_MATCH';

/** A rectangle in px of one of the sample's views; origin top left. */
export interface Region {
  readonly view: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly score?: number | undefined;
  /** What found it; absent from verdicts written before it was: the embedded detector. */
  readonly source?: 'DETECTOR' | 'MARK' | 'MODEL_BOX' | undefined;
  /** What the model calls it. */
  readonly label?: string | undefined;
  /** Which pixels of the rectangle it is: lengths of runs outside and inside in turn, row by row. */
  readonly mask?: readonly number[] | undefined;
}

/** What became of one rule, count or attribute. */
export interface RuleCheck {
  readonly kind: 'RULE' | 'COUNT' | 'ATTRIBUTE';
  readonly text: string;
  readonly satisfied: boolean | null;
  readonly observed: string | null;
  readonly evidence: string;
}

/** One answered question of a judgement. */
export interface Look {
  readonly purpose: 'DIRECT' | 'REFUTE' | 'CHECKLIST' | 'SECOND_LOOK';
  readonly outcome: Outcome;
  readonly score: number | null;
  /** Absent from looks written before it was. */
  readonly scoreSource?: ScoreSource | null | undefined;
  readonly reasoning: string;
}

/** A stretch of time in which a series or a video is anomalous. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
  readonly axis: 'TIMESTAMP' | 'SECONDS' | 'ROW' | 'VIDEO_MS';
  readonly reason: string;
}

/** Something measured about the sample. */
export interface Reading {
  readonly name: string;
  readonly value: string;
}

/** The judgement of one sample. */
export interface Verdict {
  readonly decision: Decision;
  /** 0 (normal) to 1 (anomalous); absent without a usable answer. */
  readonly score?: number | undefined;
  readonly scoreSource?: ScoreSource | undefined;
  /** Calibrated: that the sample is anomalous, 0 to 1. */
  readonly probability?: number | undefined;
  /** Which calibration of the profile gave it. */
  readonly calibrationVersion?: number | undefined;
  readonly threshold: number;
  readonly thresholdSource: ThresholdSource;
  readonly outcome: Outcome;
  readonly reasoning: string;
  readonly regions: readonly Region[];
  /** What was mended, left out or stood for something else, a sentence each. */
  readonly notes?: readonly string[] | undefined;
  /** Inspections whose corrected verdicts were shown to the model as examples. */
  readonly exemplarIds?: readonly string[] | undefined;
  /** Absent from verdicts written before they were. */
  readonly looks?: readonly Look[] | undefined;
  readonly timeRanges?: readonly TimeRange[] | undefined;
  readonly ruleChecks?: readonly RuleCheck[] | undefined;
  /** Text in the sample that tries to tell the model what to answer. */
  readonly suspiciousText?: string | undefined;
  /** Where the overlay picture lies in the tenant's bucket. */
  readonly overlayPath?: string | undefined;
  /** Where the prompt and the raw answers lie, for audit; absent once they were deleted with the pictures. */
  readonly auditPath?: string | undefined;
}

export interface ModelUsage {
  readonly modelVersion: string;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly costMicroUsd?: number | undefined;
}

/** When calls may begin, kept under a key of a credential and a model. */
export interface Slot {
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
}

/** What the latest review found. */
export interface ReviewMark {
  readonly kind: 'CONFIRM' | 'OVERTURN';
  readonly truth: 'NORMAL' | 'ANOMALOUS';
}

/** One sample judged by one profile version. Times are epoch ms. */
export interface Inspection extends Entity {
  readonly state: InspectionState;
  readonly profileId: string;
  readonly profileVersionId: string;
  readonly sampleId: string;
  readonly label?: string | undefined;
  readonly readings?: readonly Reading[] | undefined;
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly finishedAt?: number | undefined;
  readonly judgeMs?: number | undefined;
  readonly verdict?: Verdict | undefined;
  readonly review?: ReviewMark | undefined;
  readonly usage?: ModelUsage | undefined;
  readonly failure?: Failure | undefined;
  readonly attempt: number;
  readonly lease?: Lease | undefined;
  /** Before this nobody may judge it: the model's provider asked for patience. */
  readonly retryAt?: number | undefined;
  /** Why it was given back; absent while it is worked on and once it ended. */
  readonly waitReason?: Failure | undefined;
  /** Its place in the calendar of a provider's limits. */
  readonly slot?: Slot | undefined;
  /** When it is overdue; absent once it ended. */
  readonly dueAt?: number | undefined;
  readonly archivedAt?: number | undefined;
  /** `traceparent` of the request that made it. */
  readonly trace?: string | undefined;
}

export const inspectionKind: EntityKind<Inspection> = {
  name: 'inspection',
  place: (inspection) => {
    const archived = inspection.archivedAt !== undefined;
    return {
      byTenant: { partition: archived ? 'inspection:archived' : 'inspection', sort: inspection.id },
      byParent: { partition: placeInspections(inspection.profileId, archived), sort: inspection.id },
      dueAt: inspection.dueAt,
    };
  },
};

/** The index partition of a profile's inspections. */
export function placeInspections(profileId: string, archived: boolean): string {
  return `profile#${profileId}#inspection${archived ? ':archived' : ''}`;
}

/** One overlay and one audit record per attempt, so that a late worker never overwrites those that counted. */
export function locateOverlay(inspectionId: string, attempt: number): string {
  return `inspections/${inspectionId}/overlay-${attempt}.jpg`;
}

export function locateAudit(inspectionId: string, attempt: number): string {
  return `inspections/${inspectionId}/audit-${attempt}.json`;
}

export function isEnded(inspection: Inspection): boolean {
  return inspection.state === 'DONE' || inspection.state === 'FAILED';
}
