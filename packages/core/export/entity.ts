import type { Actor } from '../audit/index.ts';
import type { Entity, EntityKind, Lease } from '../platform/index.ts';
import type { SourceCursor } from './sources.ts';

export type ExportState = 'RUNNING' | 'DONE' | 'EXPIRED';

/** A job that writes down everything a tenant owns, and its files' digests. Times are epoch ms. */
export interface TenantExport extends Entity {
  readonly state: ExportState;
  readonly requestedBy: Actor;
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** When its files are deleted. */
  readonly expiresAt?: number | undefined;
  /** Rows by noun. */
  readonly rows: Readonly<Record<string, number>>;
  /** Files of the manifest, and their size. */
  readonly files: number;
  readonly bytes: number;
  /** Objects written so far by noun. */
  readonly parts: Readonly<Record<string, number>>;
  /** Lines of each object of the manifest. */
  readonly manifest: readonly number[];
  /** Where it goes on: among the nouns, then among the objects. */
  readonly source: number;
  readonly cursor?: SourceCursor | undefined;
  readonly after?: string | undefined;
  /** How often a step broke off. */
  readonly troubles: number;
  readonly lease?: Lease | undefined;
  readonly dueAt?: number | undefined;
}

export const exportKind: EntityKind<TenantExport> = {
  name: 'export',
  place: (job) => ({ byTenant: { partition: 'export', sort: job.id }, dueAt: job.dueAt }),
};

/** A file of an export: a line of its manifest. */
export interface ExportFile {
  /** Where it belongs in a folder of the export. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

const DATA = 'data/';
const FILES = 'files/';

export function locateExport(id: string): string {
  return `exports/${id}/`;
}

export function locateData(id: string, noun: string, part: number): string {
  return `${locateExport(id)}${DATA}${noun}/${String(part).padStart(5, '0')}.jsonl`;
}

export function locateManifest(id: string, part: number): string {
  return `${locateExport(id)}manifest/${String(part).padStart(5, '0')}.jsonl`;
}

/** What an object is called in an export; undefined for one that does not belong to it. */
export function nameFile(id: string, objectPath: string): string | undefined {
  const own = locateExport(id) + DATA;
  if (objectPath.startsWith(own)) return DATA + objectPath.slice(own.length);
  return objectPath.startsWith('exports/') ? undefined : FILES + objectPath;
}

/** The object behind a file of an export. */
export function locateFile(id: string, path: string): string {
  return path.startsWith(FILES) ? path.slice(FILES.length) : locateExport(id) + path;
}
