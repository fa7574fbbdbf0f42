import type { Entity, EntityKind, Failure, Lease } from '../platform/index.ts';
import type { FileLimitSources } from '../usage/index.ts';
import type { ViewSettings } from './view-settings.ts';

export type SampleState = 'AWAITING_UPLOAD' | 'UPLOADED' | 'READY' | 'REJECTED' | 'EXPIRED' | 'DELETED';

/** How a view lies in its source, as the conversion described it. */
export interface ViewGeometry {
  /** Which member of the API's `ViewGeometry` it is. */
  readonly kind: 'IMAGE' | 'POINT_CLOUD' | 'TIME_SERIES' | 'SLICE' | 'VIDEO';
}

/** What kind of data a file holds. */
export type Modality = 'IMAGE' | 'POINT_CLOUD' | 'TIME_SERIES' | 'VIDEO' | 'VOLUME';

/** `convert-video` has the decoder of video, memory and time for it; `convert` is for everything else. */
export type ConversionQueue = 'convert' | 'convert-video';

/** A stored view of a sample. Sizes in px. */
export interface StoredView {
  readonly path: string;
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly geometry: ViewGeometry;
}

/** A file on its way in parts. */
export interface UploadInParts {
  /** Size of every part but the last. */
  readonly partBytes: number;
  /** What the object store calls the upload; absent before the first part was signed. */
  readonly storeId?: string | undefined;
  /** Whether the parts were put together; the object store tells `intake` of the file. */
  readonly isJoined?: boolean;
}

/** One uploaded file and its views. Times are epoch ms. */
export interface Sample extends Entity {
  readonly state: SampleState;
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256?: string | undefined;
  readonly label?: string | undefined;
  /** Longest side of the views, in px. */
  readonly longSidePx: number;
  /** Absent means the usual views. */
  readonly viewSettings?: ViewSettings | undefined;
  /** Whose limits its file keeps; absent from older rows, for which the usual plan's hold. */
  readonly limits?: FileLimitSources | undefined;
  /** False when the profile it was sent for has no second looks; frames of a video are kept for them otherwise. */
  readonly keepsFrames?: boolean | undefined;
  /** Normal samples that its views are made to compare with: those of the profile version it was sent to be judged by. */
  readonly referenceIds?: readonly string[] | undefined;
  readonly createdAt: number;
  /** Until when the last ticket works, or parts are taken. */
  readonly uploadUntil: number;
  /** How long an upload may take, in ms; the usual time without it. */
  readonly uploadMs?: number | undefined;
  /** For a file that comes in parts. */
  readonly parts?: UploadInParts | undefined;
  readonly uploadedAt?: number | undefined;
  /** When it became READY or REJECTED. */
  readonly settledAt?: number | undefined;
  /** Identifies the content that was received. */
  readonly etag?: string | undefined;
  /** Which queue its conversion goes through, by what the first bytes are; absent means `convert`. */
  readonly conversionQueue?: ConversionQueue | undefined;
  readonly mediaType?: string | undefined;
  readonly modality?: Modality | undefined;
  readonly views: readonly StoredView[];
  /** Of a video, the frames that are kept larger than its views show them, by their numbers. */
  readonly keptFrames?: readonly number[] | undefined;
  /** What the conversion left out, dropped or repaired. */
  readonly notes?: readonly string[] | undefined;
  readonly failure?: Failure | undefined;
  readonly attempt: number;
  readonly lease?: Lease | undefined;
  /** When it is overdue; absent once nothing is left to do for it. */
  readonly dueAt?: number | undefined;
  readonly archivedAt?: number | undefined;
  /** When its content was deleted, and by which deletion. */
  readonly deletedAt?: number | undefined;
  readonly deletionId?: string | undefined;
  /** When its file was deleted; its views stay. */
  readonly fileDeletedAt?: number | undefined;
  /** `traceparent` of the request that made it. */
  readonly trace?: string | undefined;
}

export const sampleKind: EntityKind<Sample> = {
  name: 'sample',
  place: (sample) => ({
    byTenant:
      sample.state === 'DELETED'
        ? undefined
        : { partition: sample.archivedAt === undefined ? 'sample' : 'sample:archived', sort: sample.id },
    dueAt: sample.dueAt,
  }),
};

/** Where the file is uploaded; bucket notifications go by the last part. */
export function locateOriginal(sampleId: string): string {
  return `samples/${sampleId}/original`;
}

/** Where the file that was converted is kept: no ticket names this place, so nothing replaces it. */
export function locateSource(sampleId: string): string {
  return `samples/${sampleId}/source`;
}

/** The sample a path of the tenant's belongs to, when it is an original's. */
export function parseOriginalPath(path: string): string | undefined {
  return /^samples\/([^/]+)\/original$/.exec(path)?.[1];
}

export function locateView(sampleId: string, position: number, mediaType: string): string {
  return `samples/${sampleId}/views/${position}.${mediaType === 'image/png' ? 'png' : 'jpg'}`;
}

/** Where frames of a video are kept; they go with the file, whose pixels they have. */
export function locateFrames(sampleId: string): string {
  return `samples/${sampleId}/frames/`;
}

export function locateFrame(sampleId: string, index: number): string {
  return `${locateFrames(sampleId)}${index}`;
}

/** Whether its state will change no more. */
export function isSettled(sample: Sample): boolean {
  return sample.state !== 'AWAITING_UPLOAD' && sample.state !== 'UPLOADED';
}
