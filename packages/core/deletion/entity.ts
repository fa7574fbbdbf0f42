import type { Actor } from '../audit/index.ts';
import type { Entity, EntityKind, Lease, RowKey } from '../platform/index.ts';

export type DeletionSubject = 'DATASET' | 'EVALUATION' | 'INSPECTION' | 'RETENTION' | 'SAMPLE' | 'TENANT';
export type DeletionState = 'SCHEDULED' | 'RUNNING' | 'DONE' | 'CANCELLED';

/** What a certificate counts: rows by noun, objects by what they hold. */
export const COUNT_NAMES = [
  'answers',
  'audits',
  'bytes',
  'chunks',
  'datasets',
  'datasetImports',
  'datasetVersions',
  'deliveries',
  'evaluations',
  'exports',
  'files',
  'inspections',
  'manifests',
  'overlays',
  'results',
  'reviews',
  'rows',
  'samples',
  'turns',
  'views',
] as const;

export type CountName = (typeof COUNT_NAMES)[number];
export type Counts = Readonly<Partial<Record<CountName, number>>>;

/** Something whose own row is gone and whose other rows and objects are not yet. Times are epoch ms. */
export interface Remains {
  /** `pictures`: those of an inspection that is kept; `file`: that of a sample that keeps its views. */
  readonly noun: 'dataset' | 'evaluation' | 'file' | 'inspection' | 'pictures' | 'sample';
  readonly id: string;
  /** When its event was announced, if one was. */
  readonly announcedAt?: number | undefined;
  /** Until then somebody who had read the row may still write for it: it is looked through once more afterwards. */
  readonly notBefore: number;
  /** It was looked through, and nothing was left. */
  readonly looked?: true | undefined;
}

/** What stays of a tenant, and why. */
export interface KeptRows {
  readonly what: 'auditEntries' | 'certificates' | 'usage';
  readonly rows: number;
}

/** How far a deletion of a tenant has gone through the table. */
export interface TableScan {
  /** Passes that were finished. */
  readonly pass: number;
  readonly from?: RowKey | undefined;
  /** Rows that were found and deleted in this pass. */
  readonly found: number;
  readonly kept: readonly KeptRows[];
}

/** How far a deletion by rules has gone through the profiles, and then through the samples. */
export interface RetentionPlan {
  /** Position among the lists of profiles. */
  readonly list: number;
  /** The profile before, and the one that is looked at. */
  readonly profileAfter?: string | undefined;
  readonly profileId?: string | undefined;
  /** Position among the walks through its inspections, and the last one of it. */
  readonly walk?: number | undefined;
  readonly after?: string | undefined;
  /** Position among the lists of samples, and the last sample that was looked at. */
  readonly samples?: { readonly list: number; readonly after?: string | undefined } | undefined;
}

/** A job that deletes something with everything that hangs on it, and its certificate. Times are epoch ms. */
export interface Deletion extends Entity {
  readonly subject: DeletionSubject;
  readonly tenantId: string;
  readonly targetId: string;
  readonly state: DeletionState;
  /** Inspections of the sample stay, without their pictures. */
  readonly keepInspections?: boolean | undefined;
  readonly requestedBy: Actor;
  readonly createdAt: number;
  /** Until then it can be cancelled. */
  readonly startsAt: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly counts: Counts;
  readonly remains: readonly Remains[];
  /** Objects up to this one are counted. */
  readonly counted?: { readonly prefix: string; readonly through: string } | undefined;
  /** When the tenant's last credential ended. */
  readonly closedAt?: number | undefined;
  readonly scan?: TableScan | undefined;
  readonly plan?: RetentionPlan | undefined;
  readonly kept?: readonly KeptRows[] | undefined;
  /** How often a step broke off. It is taken up again until it is done. */
  readonly troubles: number;
  /** SHA-256 of what the certificate says. */
  readonly digest?: string | undefined;
  readonly lease?: Lease | undefined;
  readonly dueAt?: number | undefined;
}

export const deletionKind: EntityKind<Deletion> = {
  name: 'deletion',
  place: (deletion) => ({ byTenant: { partition: 'deletion', sort: deletion.id }, dueAt: deletion.dueAt }),
};

export function addCounts(counts: Counts, more: Counts): Counts {
  const names = COUNT_NAMES.filter((name) => counts[name] !== undefined || more[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, (counts[name] ?? 0) + (more[name] ?? 0)]));
}
