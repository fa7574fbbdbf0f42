import type { ModelUsage } from '../inspection/index.ts';
import type { Entity, EntityKind, Failure, Lease } from '../platform/index.ts';
import type { AttributeCheck, CountCheck } from '../profile/index.ts';

export type ConsultationState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED';

/** What a model proposes of a profile, for a person to edit. */
export interface ProposedProfile {
  readonly normality: string;
  readonly rules: readonly string[];
  readonly knownDefects: readonly string[];
  readonly counts: readonly CountCheck[];
  readonly attributes: readonly AttributeCheck[];
}

interface Consultation extends Entity {
  readonly state: ConsultationState;
  /** The model that is asked. */
  readonly model: string;
  /** Epoch ms, as all times here. */
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly finishedAt?: number | undefined;
  readonly usage?: ModelUsage | undefined;
  readonly failure?: Failure | undefined;
  readonly attempt: number;
  readonly lease?: Lease | undefined;
  readonly retryAt?: number | undefined;
  readonly dueAt?: number | undefined;
}

/** A question about an inspection, and its answer. */
export interface Turn extends Consultation {
  readonly kind: 'TURN';
  readonly inspectionId: string;
  readonly question: string;
  readonly answer?: string | undefined;
}

/** A profile that a model is to propose from normal samples. */
export interface ProfileDraft extends Consultation {
  readonly kind: 'DRAFT';
  readonly className: string;
  readonly referenceIds: readonly string[];
  readonly proposal?: ProposedProfile | undefined;
}

/** What a model is asked beside judging. */
export type AnyConsultation = Turn | ProfileDraft;

export const consultationKind: EntityKind<AnyConsultation> = {
  name: 'consultation',
  place: (consultation) => ({
    byTenant: {
      partition: consultation.kind === 'DRAFT' ? 'profileDraft' : 'turn',
      sort: consultation.id,
    },
    byParent:
      consultation.kind === 'TURN'
        ? { partition: placeTurns(consultation.inspectionId), sort: consultation.id }
        : undefined,
    dueAt: consultation.dueAt,
  }),
};

/** The index partition of an inspection's turns. */
export function placeTurns(inspectionId: string): string {
  return `inspection#${inspectionId}#turn`;
}
