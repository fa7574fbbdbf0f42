import { type Actor, assertMay, type TenantRequest } from '../access/index.ts';
import {
  type Entity,
  type EntityKind,
  type ListPage,
  listPage,
  type PageRequest,
  type TenantScope,
  type Write,
} from '../platform/index.ts';
import type { Definition } from './entity.ts';
import { nameThresholdSource } from './judges-alike.ts';

/** Where a score becomes a decision. */
export interface DecisionRule {
  /** Undefined for the service's default. */
  readonly threshold: number | undefined;
  readonly thresholdSource: ReturnType<typeof nameThresholdSource>;
  readonly uncertainBand: number;
}

interface CalibrationError {
  readonly brier: number;
  readonly ece: number;
}

/** A change of what is made of a profile's scores: of its threshold and band, or of its calibration. It never changes. */
export interface DecisionChange extends Entity, Actor {
  readonly profileId: string;
  readonly profileVersionId: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly source: 'MANUAL' | 'REVIEWS' | 'EVALUATION';
  readonly evaluationId?: string | undefined;
  /** Labelled scores it was made from, and those of them that are of anomalous samples. */
  readonly samples?: number | undefined;
  readonly anomalousSamples?: number | undefined;
  readonly rule?: { readonly before: DecisionRule; readonly after: DecisionRule } | undefined;
  readonly calibration?:
    | {
        readonly version: number;
        readonly method: 'PLATT' | 'ISOTONIC';
        readonly before: CalibrationError;
        readonly after: CalibrationError;
      }
    | undefined;
}

/** What is said of a change by whoever makes it; the rest is the same for all. */
export type DecisionChangeNote = Actor &
  Pick<DecisionChange, 'source' | 'evaluationId' | 'samples' | 'anomalousSamples' | 'calibration'>;

const kind: EntityKind<DecisionChange> = {
  name: 'decisionChange',
  place: ({ id, profileId }) => ({
    byParent: { partition: `profile#${profileId}#decisionChange`, sort: id },
  }),
};

/** Belongs in the transaction that makes the change. */
export function noteDecisionChange(
  scope: TenantScope,
  note: DecisionChangeNote & Pick<DecisionChange, 'profileId' | 'profileVersionId' | 'rule'>,
): Write {
  const id = scope.createId('decisionChange');
  return scope.table.create(kind, { ...note, id, rev: 1, createdAt: scope.clock() });
}

/** Undefined for an id that is none of the tenant's. */
export async function findDecisionChange(
  { session, scope }: TenantRequest,
  id: string,
): Promise<DecisionChange | undefined> {
  assertMay(session, 'profile.read');
  return scope.table.get(kind, id);
}

/** Threshold and band before and after; undefined when both stay. */
export function compareRules(before: Definition, after: Definition): DecisionChange['rule'] {
  const isSame =
    before.threshold === after.threshold &&
    before.uncertainBand === after.uncertainBand &&
    nameThresholdSource(before) === nameThresholdSource(after);
  return isSame ? undefined : { before: readRule(before), after: readRule(after) };
}

/** Of a profile, newest first. */
export async function listDecisionChanges(
  { session, scope }: TenantRequest,
  profileId: string,
  page: PageRequest,
): Promise<ListPage<DecisionChange>> {
  assertMay(session, 'profile.read');
  return listPage<DecisionChange>(scope, 'byParent', `profile#${profileId}#decisionChange`, page);
}

function readRule(definition: Definition): DecisionRule {
  const { threshold, uncertainBand } = definition;
  return { threshold, uncertainBand, thresholdSource: nameThresholdSource(definition) };
}
