import type { Entity, EntityKind } from '../platform/index.ts';
import type { ViewSettings } from '../sample/index.ts';
import type { LowerFileLimits } from '../usage/index.ts';
import type { CallSettings } from './call-settings.ts';
import type { PromptSettings } from './prompt-settings.ts';

export type PromptPreset =
  | 'NAIVE'
  | 'CLASS'
  | 'RULES'
  | 'REFERENCE'
  | 'CLASS_REFERENCE'
  | 'FULL'
  | 'LOGICAL'
  | 'TEMPORAL'
  | 'MARKS';

/** What normal means for one kind of object. Times are epoch ms. */
export interface Profile extends Entity {
  readonly name: string;
  readonly currentVersionId: string;
  /** How many versions it has. */
  readonly versionCount: number;
  readonly createdAt: number;
  readonly archivedAt?: number | undefined;
}

/** What chose a threshold that reviews or a person gave. */
export type ThresholdChooser = 'MANUAL' | 'F1_MAX' | 'TARGET_RECALL' | 'TARGET_FAR';

/** What a profile version says; see the schema for the limits. */
export interface Definition {
  readonly className: string;
  readonly normality?: string | undefined;
  readonly rules: readonly string[];
  readonly knownDefects: readonly string[];
  readonly referenceIds: readonly string[];
  readonly preset: PromptPreset;
  /** Absent from versions that were written before it was; then the defaults hold. */
  readonly prompt?: PromptSettings | undefined;
  /** Absent from versions that were written before it was; then the defaults hold. */
  readonly calls?: CallSettings | undefined;
  readonly model: string;
  readonly threshold?: number | undefined;
  /** Absent with a threshold: a person gave it. */
  readonly thresholdSource?: ThresholdChooser | undefined;
  readonly uncertainBand: number;
  readonly longSidePx: number;
  /** Absent means the usual views. */
  readonly viewSettings?: ViewSettings | undefined;
  /** Of files that are sent for it, below those of the plan. */
  readonly fileLimits?: LowerFileLimits | undefined;
}

/** An immutable definition of normal. */
export interface ProfileVersion extends Entity, Definition {
  readonly profileId: string;
  /** 1, 2, 3 … within the profile. */
  readonly number: number;
  readonly createdAt: number;
}

export const profileKind: EntityKind<Profile> = {
  name: 'profile',
  place: (profile) => ({
    byTenant: {
      partition: profile.archivedAt === undefined ? 'profile' : 'profile:archived',
      sort: profile.id,
    },
  }),
};

export const profileVersionKind: EntityKind<ProfileVersion> = {
  name: 'profileVersion',
  place: (version) => ({ byParent: { partition: `profile#${version.profileId}#version`, sort: version.id } }),
};
