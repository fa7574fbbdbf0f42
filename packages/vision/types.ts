/**
 * What `vision` gives and the rest of Loupe may know of it.
 */
import type { ImageMediaType } from './image/media-types.ts';
import type { Limits } from './limits.ts';

/** Media types that can be converted. Each modality adds its own union here. */
export type MediaType = ImageMediaType;

/** A 2-D picture derived from a sample, encoded, with its geometry back to the source. */
export interface View {
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The upright source (after its stored orientation is applied), in pixels. */
  readonly source: { readonly widthPx: number; readonly heightPx: number };
}

/** The result of converting one file: what it really was and the views made of it. */
export interface Conversion {
  /** Media type found in the content, e.g. `image/heic`. */
  readonly mediaType: MediaType;
  readonly views: readonly View[];
}

/** A rectangle in pixels of the view it belongs to; origin top left. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How to convert one file. Every field has a default. */
export interface ConvertOptions {
  /** Longest side of a view, 256..4096 px, default 2048. A smaller source is never enlarged. */
  readonly longSidePx?: number | undefined;
  /** The type the sender declared. A known type that disagrees with the content is refused. */
  readonly declaredMediaType?: string | undefined;
  /** Replaces single limits of `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits> | undefined;
}

/** Options with the defaults filled in, as a modality receives them. */
export interface ConversionSettings {
  readonly longSidePx: number;
  readonly limits: Limits;
}

/**
 * One kind of source: how to know it and how to turn it into views.
 * A modality is a folder exporting one of these, listed in `modalities.ts`.
 */
export interface Modality {
  readonly name: string;
  /** Canonical type → other names senders use for it, all lower case. */
  readonly declaredAs: Readonly<Partial<Record<MediaType, readonly string[]>>>;
  /** Media type of content beginning with `head`; `undefined` when it is not of this modality. */
  readonly detect: (head: Uint8Array) => MediaType | undefined;
  /** Loads its decoders on first use. Throws `RejectedError` for any content it cannot show faithfully. */
  readonly convert: (
    bytes: Uint8Array,
    mediaType: MediaType,
    settings: ConversionSettings,
  ) => Promise<readonly View[]>;
}
