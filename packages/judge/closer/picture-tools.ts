import type { View } from '@loupe/vision';
import type { Segmentation } from '@loupe/vision/marks';
import type { Detection } from '../models/reference-match.ts';

/** An encoded picture. */
export interface Picture {
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A view, with the file it was made of where that can be read. */
export interface SourcedView extends View {
  readonly readSource?: () => Promise<Uint8Array>;
  /** A frame of a video that was kept beside its views; undefined for one that was not. */
  readonly readFrame?: (index: number) => Promise<Uint8Array | undefined>;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What numbers stand for: cells of a grid, superpixels, given rectangles, or given regions. */
export type MarkSource =
  | { readonly kind: 'GRID'; readonly cells: number }
  | { readonly kind: 'SUPERPIXELS'; readonly regions: number }
  | { readonly kind: 'RECTANGLES'; readonly rectangles: readonly Rectangle[] }
  | { readonly kind: 'REGIONS'; readonly segmentation: Segmentation };

/** A number and the part of the picture it stands for. */
export interface Mark {
  readonly number: number;
  readonly rectangle: Rectangle;
  /** Runs outside and inside in turn over the rectangle, row by row. */
  readonly mask: readonly number[];
}

/** The same place of query and reference, enlarged alike. */
export interface CropPair {
  readonly query: Picture;
  /** Absent when no reference fits. */
  readonly reference?: Picture;
  /** What is shown of the query, in its px. */
  readonly rectangle: Rectangle;
}

/** What judging needs done with pictures; it decodes none itself. */
export interface PictureTools {
  /** Smaller, in its proportions, to fit into a size; never larger. */
  readonly resize: (picture: Picture, size: Size) => Promise<Picture>;
  readonly placeBeside: (left: Picture, right: Picture) => Promise<Picture>;
  /** Draws numbers from `first` on, `sizePx` high. */
  readonly mark: (
    picture: Picture,
    source: MarkSource,
    options: { readonly first: number; readonly sizePx: number },
  ) => Promise<{ readonly picture: Picture; readonly marks: readonly Mark[] }>;
  /**
   * At most so many regions, by the segmenter of the tenant.
   * @throws MasksError with a message of Loupe's own
   */
  readonly segment: (picture: Picture, most: number, signal: AbortSignal) => Promise<Segmentation>;
  /** Positions of the references, the one most like the query first. */
  readonly rank: (query: Picture, references: readonly Picture[]) => Promise<readonly number[]>;
  /** The embedded detector. */
  readonly detect: (query: View, references: readonly Picture[], signal: AbortSignal) => Promise<Detection>;
  /** The detector's map over the picture. */
  readonly drawMap: (picture: Picture, detection: Detection) => Promise<Picture>;
  /**
   * Regions of the query beside the same places of the reference that registers best, from originals where it helps: a pair for each,
   * and more for those that lie across frames of a video, as long as they are not above `most`.
   */
  readonly cropPairs: (
    query: SourcedView,
    references: readonly SourcedView[],
    regions: readonly Rectangle[],
    most: number,
  ) => Promise<readonly CropPair[]>;
}
