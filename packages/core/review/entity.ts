import type { Actor } from '../access/index.ts';
import type { Decision } from '../inspection/index.ts';
import type { Entity, EntityKind } from '../platform/index.ts';

export type ReviewKind = 'CONFIRM' | 'OVERTURN';
export type Truth = 'NORMAL' | 'ANOMALOUS';

/** What a person or a station found of an inspection. It never changes; a later one takes its place. */
export interface Review extends Entity, Actor {
  readonly inspectionId: string;
  /** What was inspected; absent from reviews written before it was. */
  readonly sampleId?: string | undefined;
  readonly profileId: string;
  readonly profileVersionId: string;
  readonly kind: ReviewKind;
  /** What the sample is. */
  readonly truth: Truth;
  /** What the verdict had decided. */
  readonly decision: Decision;
  /** The verdict's raw score; absent without one. */
  readonly score?: number | undefined;
  readonly note?: string | undefined;
  /** Epoch ms. */
  readonly createdAt: number;
}

export const reviewKind: EntityKind<Review> = {
  name: 'review',
  place: (review) => ({
    byTenant: { partition: `profile#${review.profileId}#review`, sort: review.id },
    byParent: { partition: `inspection#${review.inspectionId}#review`, sort: review.id },
  }),
};
