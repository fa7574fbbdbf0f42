/**
 * What `vision` gives and the rest of Loupe may know of it.
 */
import type { Geometry } from './geometry.ts';
import type { ImageMediaType } from './image/media-types.ts';
import type { ImageOptions, ImageSettings } from './image/options.ts';
import type { Limits } from './limits.ts';
import type { PointCloudMediaType } from './point-cloud/media-types.ts';
import type { PointCloudOptions, PointCloudSettings } from './point-cloud/options.ts';
import type { TimeSeriesMediaType } from './time-series/media-types.ts';
import type { TimeSeriesOptions, TimeSeriesSettings } from './time-series/options.ts';
import type { VideoMediaType } from './video/media-types.ts';
import type { VideoOptions, VideoSettings } from './video/options.ts';
import type { VolumeMediaType } from './volume/media-types.ts';
import type { VolumeOptions, VolumeSettings } from './volume/options.ts';

/** Media types that can be converted. Each modality adds its own union here. */
export type MediaType =
  | ImageMediaType
  | VolumeMediaType
  | TimeSeriesMediaType
  | PointCloudMediaType
  | VideoMediaType;

/** A 2-D picture derived from a sample, encoded, with its geometry back to the source. */
export interface View {
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly geometry: Geometry;
}

/** A frame of a video with more pixels than a view shows of it, upright, as JPEG or PNG. */
export interface KeptFrame {
  /** Which frame of the video, as the geometry of its views counts them. */
  readonly index: number;
  readonly mediaType: View['mediaType'];
  readonly bytes: Uint8Array;
}

/** What a modality makes of a file. */
export interface Rendering {
  readonly views: readonly View[];
  /** Of a video, where `video.keepFrames` asks for them: at most 64 MiB, for closer looks at the views. */
  readonly frames?: readonly KeptFrame[];
  /** What a person should know of the conversion, a sentence each: what was left out, dropped or repaired. */
  readonly notes: readonly string[];
}

/** The result of converting one file: what it really was and the views made of it. */
export interface Conversion extends Rendering {
  /** Media type found in the content, e.g. `image/heic`. */
  readonly mediaType: MediaType;
  readonly modality: ModalityName;
}

/** Kinds of data, as the API names them. */
export type ModalityName = 'IMAGE' | 'POINT_CLOUD' | 'TIME_SERIES' | 'VIDEO' | 'VOLUME';

/** How to convert one file. Every field has a default. */
export interface ConvertOptions {
  /** Longest side of a view, 256..4096 px, default 2048. A smaller source is never enlarged. */
  readonly longSidePx?: number | undefined;
  /** The type the sender declared. A known type that disagrees with the content is refused. */
  readonly declaredMediaType?: string | undefined;
  /** Replaces single limits of `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits> | undefined;
  /** Which pages of a picture are shown, and how. */
  readonly image?: ImageOptions | undefined;
  /** Which slices of a volume are shown, and how. */
  readonly volume?: VolumeOptions | undefined;
  /** From where and in which styles a cloud or mesh is shown. */
  readonly pointCloud?: PointCloudOptions | undefined;
  /** How a series is plotted. */
  readonly timeSeries?: TimeSeriesOptions | undefined;
  /** Which frames of a video are shown, and how. */
  readonly video?: VideoOptions | undefined;
  /**
   * Normal samples that the file is to be compared with. Clouds are shown by the cameras, scales and ranges of the first,
   * series beside the bands of all; those of another modality are passed over.
   */
  readonly references?: readonly ReferenceSample[] | undefined;
  /**
   * The caller reads the file's bytes no more: a conversion that is through with them gives their memory back before it is over, and
   * leaves them empty. Default false.
   */
  readonly ownsBytes?: boolean | undefined;
}

/** A normal sample: what its conversion made of it, and the file itself. */
export interface ReferenceSample {
  readonly views: readonly Pick<View, 'geometry' | 'widthPx' | 'heightPx'>[];
  /** What series are compared by. */
  readonly source?: { readonly bytes: Uint8Array; readonly mediaType: string } | undefined;
}

/** Options with the defaults filled in, as a modality receives them. */
export interface ConversionSettings {
  readonly longSidePx: number;
  readonly limits: Limits;
  readonly image: ImageSettings;
  readonly volume: VolumeSettings;
  readonly pointCloud: PointCloudSettings;
  readonly timeSeries: TimeSeriesSettings;
  readonly video: VideoSettings;
  readonly references: readonly ReferenceSample[];
  readonly ownsBytes: boolean;
}

/**
 * One kind of source: how to know it and how to turn it into views.
 * A modality is a folder exporting one of these, listed in `modalities.ts`.
 */
export interface Modality {
  readonly name: ModalityName;
  /** Canonical type → other names senders use for it, all lower case. */
  readonly declaredAs: Readonly<Partial<Record<MediaType, readonly string[]>>>;
  /**
   * Media type of content beginning with `head`; `undefined` when it is not of this modality. `declared` may only tell
   * apart what the content can't: columns of numbers are a series or a cloud.
   */
  readonly detect: (head: Uint8Array, declared?: string) => MediaType | undefined;
  /**
   * Whether a whole file of another modality's media type is of this one: a moving picture, or points, in an image
   * format.
   */
  readonly takesOver?: (bytes: Uint8Array, mediaType: MediaType, settings: ConversionSettings) => boolean;
  /** Loads its decoders on first use. Throws `RejectedError` for any content it cannot show faithfully. */
  readonly convert: (
    bytes: Uint8Array,
    mediaType: MediaType,
    settings: ConversionSettings,
  ) => Promise<Rendering>;
}
