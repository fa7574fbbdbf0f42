import { type Dataset, datasetKind } from '../dataset/index.ts';
import { type Evaluation, evaluationKind } from '../evaluation/index.ts';
import { type Inspection, inspectionKind, isEnded } from '../inspection/index.ts';
import type { TenantScope } from '../platform/index.ts';
import { revise } from '../platform/index.ts';
import { giveBack, type Sample, sampleKind } from '../sample/index.ts';
import { count } from '../usage/index.ts';
import type { Deletion } from './entity.ts';
import { chooseNotBefore, type Taken } from './work.ts';

/**
 * The own rows of things that go. They go first, so that from then on nothing finds the thing, a worker's result for it
 * has no row to be written to, and late messages end for nothing.
 */

type Subject = Deletion['subject'];

/** A sample becomes a tombstone: its id, its times and nothing of its content, for whatever names it. */
export function takeSample(scope: TenantScope, sample: Sample, subject: Subject, deletionId: string): Taken {
  const now = scope.clock();
  const { id, rev, contentType, longSidePx, createdAt, uploadUntil, settledAt, parts } = sample;
  const tombstone: Sample = {
    id,
    rev,
    state: 'DELETED',
    fileName: '',
    contentType,
    bytes: 0,
    longSidePx,
    createdAt,
    uploadUntil,
    // Until they are dropped.
    parts,
    views: [],
    attempt: 0,
    deletedAt: now,
    deletionId,
  };
  // What never came gave its room back when it expired.
  const isGivenBack = sample.state === 'EXPIRED' || sample.fileDeletedAt !== undefined;
  const given = isGivenBack ? [] : giveBack(scope, sample);
  return {
    writes: [scope.table.replace(sampleKind, revise(tombstone, {})), ...given],
    counts: { samples: 1 },
    remains: [
      {
        noun: 'sample',
        id,
        announcedAt: settledAt,
        notBefore: chooseNotBefore(now, subject, [sample.lease?.until]),
      },
    ],
  };
}

/** The file of a settled sample goes, its views stay. */
export function takeFile(scope: TenantScope, sample: Sample): Taken {
  const now = scope.clock();
  const given = sample.state === 'EXPIRED' ? [] : giveBack(scope, sample);
  return {
    writes: [scope.table.replace(sampleKind, revise(sample, { fileDeletedAt: now })), ...given],
    counts: {},
    remains: [{ noun: 'file', id: sample.id, notBefore: now }],
  };
}

/** One that had not ended gives its place in the quota back. */
export function takeInspection(scope: TenantScope, inspection: Inspection, subject: Subject): Taken {
  const now = scope.clock();
  const given = isEnded(inspection) ? [] : count(scope, { INSPECTIONS: -1 }, inspection.createdAt);
  return {
    writes: [scope.table.remove(inspectionKind, inspection), ...given],
    counts: { inspections: 1 },
    remains: [
      {
        noun: 'inspection',
        id: inspection.id,
        announcedAt: inspection.finishedAt,
        notBefore: chooseNotBefore(now, subject, [inspection.lease?.until]),
      },
    ],
  };
}

/** Takes the pictures from an inspection that ended and keeps its verdict. */
export function takePictures(scope: TenantScope, inspection: Inspection): Taken {
  const now = scope.clock();
  const { verdict } = inspection;
  const kept = verdict && { ...verdict, overlayPath: undefined, auditPath: undefined };
  return {
    writes: [scope.table.replace(inspectionKind, revise<Inspection>({ ...inspection, verdict: kept }, {}))],
    counts: {},
    remains: [{ noun: 'pictures', id: inspection.id, notBefore: now }],
  };
}

export function takeDataset(scope: TenantScope, dataset: Dataset): Taken {
  return {
    writes: [scope.table.remove(datasetKind, dataset)],
    counts: { datasets: 1 },
    remains: [{ noun: 'dataset', id: dataset.id, notBefore: chooseNotBefore(scope.clock(), 'DATASET', []) }],
  };
}

export function takeEvaluation(scope: TenantScope, evaluation: Evaluation): Taken {
  const notBefore = chooseNotBefore(scope.clock(), 'EVALUATION', [evaluation.lease?.until]);
  return {
    writes: [scope.table.remove(evaluationKind, evaluation)],
    counts: { evaluations: 1 },
    remains: [{ noun: 'evaluation', id: evaluation.id, announcedAt: evaluation.finishedAt, notBefore }],
  };
}
