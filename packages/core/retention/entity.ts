import type { Entity, EntityKind, TenantScope, Write } from '../platform/index.ts';
import { profileKind } from '../profile/index.ts';

/** After how many days what goes; a field that is absent keeps. */
export interface RetentionRule {
  /** The uploaded file; its views stay. */
  readonly filesAfterDays?: number | undefined;
  /** All pictures and the file: the sample is DELETED, verdicts stay. */
  readonly viewsAfterDays?: number | undefined;
  /** The inspection with all that is its own; its sample stays. */
  readonly inspectionsAfterDays?: number | undefined;
  /** A sample that nothing needs, with all that is its own. A tenant's rule alone. */
  readonly unusedSamplesAfterDays?: number | undefined;
}

/** A tenant's own rule, and when rules are applied next. Times are epoch ms. */
export interface Retention extends Entity {
  /** For profiles without a rule of their own. */
  readonly rule: RetentionRule;
  /** How far samples were looked through that nothing needs. */
  readonly unusedSamples?: Progress | undefined;
  readonly lastRunAt?: number | undefined;
  readonly dueAt?: number | undefined;
}

/** One a tenant, with the tenant's id. */
export const retentionKind: EntityKind<Retention> = {
  name: 'retention',
  place: ({ dueAt }) => ({ dueAt }),
};

/** A profile's own rule, and how far rules were applied to it. */
export interface ProfileRetention {
  readonly rev: number;
  /** Absent: the tenant's holds. */
  readonly rule?: RetentionRule | undefined;
  readonly files?: Progress | undefined;
  readonly views?: Progress | undefined;
}

/** How far a walk through a profile's inspections, or the tenant's samples, came. */
export interface Progress {
  /** Those up to this one were looked at. */
  readonly through?: string | undefined;
  /** When they are looked at from the beginning again: what something held may be held no more. Epoch ms. */
  readonly restartAt: number;
}

const ROW = 'retention';
/** What was held by a profile or a dataset is asked again after as long. */
const RESTART_MS = 30 * 86_400_000;

/** Where a walk begins; undefined for the oldest. */
export function findStart(progress: Progress | undefined, now: number): string | undefined {
  return progress && progress.restartAt > now ? progress.through : undefined;
}

export function describeProgress(
  before: Progress | undefined,
  through: string | undefined,
  now: number,
): Progress {
  const restartAt = before && before.restartAt > now ? before.restartAt : now + RESTART_MS;
  return { through, restartAt };
}

export function readProfileRetention(
  scope: TenantScope,
  profileId: string,
): Promise<ProfileRetention | undefined> {
  return scope.table.getAttached<ProfileRetention>(profileKind.name, profileId, ROW);
}

/** Replaces what was read, if anything was. */
export function writeProfileRetention(
  scope: TenantScope,
  profileId: string,
  before: ProfileRetention | undefined,
  changes: Omit<ProfileRetention, 'rev'>,
): Write {
  const next: ProfileRetention = { ...before, ...changes, rev: (before?.rev ?? 0) + 1 };
  return scope.table.attach(profileKind.name, profileId, ROW, next, { replaces: before?.rev });
}

export function isEmptyRule(rule: RetentionRule): boolean {
  return Object.values(rule).every((days) => days === undefined);
}
