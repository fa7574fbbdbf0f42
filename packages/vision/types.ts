/**
 * What `vision` gives and the rest of Loupe may know of it.
 */

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
  readonly mediaType: string;
  readonly views: readonly View[];
}

/** A rectangle in pixels of the view it belongs to; origin top left. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
