import type { Entity, EntityKind, Failure, Lease } from '../platform/index.ts';
import type { BadLine } from './bad-lines.ts';
import type { LinePosition } from './manifest-lines.ts';

/** A named row of immutable versions of labelled samples. Times are epoch ms. */
export interface Dataset extends Entity {
  readonly name: string;
  /** Absent as long as it has no item. */
  readonly currentVersionId?: string | undefined;
  readonly versionCount: number;
  readonly createdAt: number;
  readonly archivedAt?: number | undefined;
}

/** One labelled sample, as a line of a manifest. */
export interface DatasetItem {
  /** Name, once in a version. */
  readonly item: string;
  readonly sampleId: string;
  readonly class: string;
  readonly anomalous: boolean;
  readonly split?: string | undefined;
  readonly defectType?: string | undefined;
  /** Samples it is compared with instead of the profile's references. */
  readonly referenceIds?: readonly string[] | undefined;
  /** A sample whose picture is white where the item is anomalous. */
  readonly maskSampleId?: string | undefined;
  /** Further such samples: the item is anomalous where any of them is white. */
  readonly furtherMaskIds?: readonly string[] | undefined;
  /** Anomalous rectangles, in px of the original. */
  readonly boxes?: readonly Box[] | undefined;
  /** Anomalous stretches of time: from and to as the source writes them. */
  readonly windows?: readonly (readonly [from: string, to: string])[] | undefined;
  /** The inspection it was promoted from. */
  readonly inspectionId?: string | undefined;
  /** Identifies the sample's content: what S3 calls its ETag. */
  readonly contentHash?: string | undefined;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The same content in two splits, or a reference that is also an item. */
export interface Leak {
  readonly kind: 'DUPLICATE_ACROSS_SPLITS' | 'DUPLICATE' | 'REFERENCE_IS_ITEM';
  readonly items: readonly string[];
}

export interface ClassCount {
  readonly name: string;
  readonly normal: number;
  readonly anomalous: number;
}

/** An immutable manifest, named by the SHA-256 of its lines. */
export interface DatasetVersion extends Entity {
  readonly datasetId: string;
  /** 1, 2, 3 … within the dataset. */
  readonly number: number;
  readonly digest: string;
  readonly itemCount: number;
  readonly normalCount: number;
  readonly anomalousCount: number;
  /** Items with a mask or windows of time; absent in versions from before it was counted. */
  readonly localisedCount?: number | undefined;
  /** By name, at most 100. */
  readonly classes: readonly ClassCount[];
  /** The first 100, fewer when their names are long. */
  readonly leaks: readonly Leak[];
  readonly leakCount: number;
  /** Different samples in the index beside its parts; absent without one: in one part, and in versions from before there was any. */
  readonly indexedSamples?: number | undefined;
  readonly createdAt: number;
}

export type ImportState = 'AWAITING_UPLOAD' | 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED';
export type ImportFormat =
  | 'CSV'
  | 'GROUND_TRUTH'
  | 'JSONL'
  | 'MVTEC_PATHS'
  | 'NAB_WINDOWS'
  | 'PAPER_LIST'
  | 'VISA_CSV';

/**
 * How far an import came. READ takes block after block of the manifest: its items, in order, become a run, its bad lines a
 * part of their report (REPORT joins these). MERGE makes sorted parts of the runs, PUBLISH a version of the parts; END clears away what
 * lies in between.
 */
export interface ImportWork {
  readonly phase: 'READ' | 'REPORT' | 'MERGE' | 'PUBLISH' | 'END';
  readonly position: ManifestPosition;
  readonly itemCount: number;
  /** Whether any of these items has references. */
  readonly hasReferences: boolean;
  readonly badParts: number;
  /** Of each run its bytes, and those of them that are merged. */
  readonly runs: readonly { readonly bytes: number; readonly merged: number }[];
  /** Sorted parts written. */
  readonly parts: number;
  /** In END, what came of it. */
  readonly ending?: ImportEnding | undefined;
}

/** Where reading a manifest goes on. */
export interface ManifestPosition extends LinePosition {
  /** Identifies the manifest that was read so far; absent at its beginning. */
  readonly etag?: string | undefined;
}

export interface ImportEnding {
  readonly itemCount?: number | undefined;
  readonly versionId?: string | undefined;
  readonly failure?: Failure | undefined;
}

/** A job that makes a version from an uploaded manifest. */
export interface DatasetImport extends Entity {
  readonly datasetId: string;
  readonly state: ImportState;
  readonly format: ImportFormat;
  /** Whether good lines are taken although others are bad. */
  readonly takeGood: boolean;
  /** The first 100. */
  readonly badLines: readonly BadLine[];
  readonly badLineCount: number;
  /** Whether all bad lines were written to a file; false and absent without any. */
  readonly hasBadLineReport?: boolean | undefined;
  /** The number of the last line that was read, of a JSON document that of the entry; absent in imports from before it was kept. */
  readonly linesRead?: number | undefined;
  /** Absent before it began and once it has ended. */
  readonly work?: ImportWork | undefined;
  readonly itemCount?: number | undefined;
  readonly versionId?: string | undefined;
  readonly failure?: Failure | undefined;
  readonly createdAt: number;
  readonly uploadUntil: number;
  readonly finishedAt?: number | undefined;
  readonly attempt: number;
  /** When something of ours failed at its step for the first time. */
  readonly failingSince?: number | undefined;
  readonly lease?: Lease | undefined;
  readonly dueAt?: number | undefined;
}

export const datasetKind: EntityKind<Dataset> = {
  name: 'dataset',
  place: (dataset) => ({
    byTenant: {
      partition: dataset.archivedAt === undefined ? 'dataset' : 'dataset:archived',
      sort: dataset.id,
    },
  }),
};

export const datasetVersionKind: EntityKind<DatasetVersion> = {
  name: 'datasetVersion',
  place: (version) => ({ byParent: { partition: `dataset#${version.datasetId}#version`, sort: version.id } }),
};

export const datasetImportKind: EntityKind<DatasetImport> = {
  name: 'datasetImport',
  place: (job) => ({ byParent: { partition: placeImports(job.datasetId), sort: job.id }, dueAt: job.dueAt }),
};

/** The index partition of a dataset's imports. */
export function placeImports(datasetId: string): string {
  return `dataset#${datasetId}#import`;
}

/** Items of one object of a manifest; every chunk of an evaluation lies within one. */
export const PART_ITEMS = 1000;

export function locatePart(datasetId: string, digest: string, part: number): string {
  return `datasets/${datasetId}/versions/${digest}/${part}.jsonl`;
}

/** Which samples a version names, 8 bytes each, in order. */
export function locateSamples(datasetId: string, digest: string): string {
  return `datasets/${datasetId}/versions/${digest}/samples.index`;
}

/**
 * What a client uploads for an import: the manifest, and which sample a file name in it means; and what the import writes: its bad
 * lines.
 */
export function locateImport(job: DatasetImport, what: 'manifest' | 'files' | 'bad-lines.jsonl'): string {
  return `datasets/${job.datasetId}/imports/${job.id}/${what}`;
}

/** What an import keeps for itself between its steps; without `name` all of it. */
export function locateWork(job: DatasetImport, name = ''): string {
  return `datasets/${job.datasetId}/imports/${job.id}/work/${name}`;
}
