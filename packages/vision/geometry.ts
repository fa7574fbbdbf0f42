/**
 * What a view shows of its source, as data, so that a region of the view can be found again in the source: one member
 * for each modality.
 */
export type Geometry =
  | ImageGeometry
  | PointCloudGeometry
  | TimeSeriesGeometry
  | SliceGeometry
  | VideoGeometry;

/** A rectangle in pixels; origin top left. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Vector = readonly [number, number, number];

/** The view is a scaled copy of the whole source. */
export interface ImageGeometry {
  readonly kind: 'IMAGE';
  /** The upright source (after its stored orientation is applied), in pixels. */
  readonly source: { readonly widthPx: number; readonly heightPx: number };
  /** The part of the upright source that is shown, when it is not all of it. */
  readonly region?: Rectangle;
  /** Which page or picture of the file, from 0, when it has several. */
  readonly page?: number;
  /** The lightness is stretched: a view beside the one that shows the source as it is. */
  readonly isContrastStretched?: true;
}

/** An orthographic picture: the point of pixel (x, y) at depth d is origin + unitsPerPx (x right + y down) + d forward. */
export interface PointCloudGeometry {
  readonly kind: 'POINT_CLOUD';
  /** Name of the camera, e.g. `front`. */
  readonly camera: string;
  readonly style: 'HILLSHADE' | 'DEPTH' | 'RESIDUAL' | 'COLOUR';
  /** In units of the source, the file's own offset included. */
  readonly origin: Vector;
  readonly right: Vector;
  readonly down: Vector;
  readonly forward: Vector;
  readonly unitsPerPx: number;
  /** Depths (for RESIDUAL heights) at the two ends of the colours, in units. */
  readonly range: readonly [number, number];
  /** Name of the unit, when the file states one. */
  readonly unit?: string;
  /**
   * Where the surface differs from a normal one, strongest first; none for the second view of the same camera. Strength 1: half more
   * than two halves of the normal one's points differ anywhere. `behind`: units that it lies further from the camera, negative when nearer.
   */
  readonly departures?: readonly {
    readonly area: Rectangle;
    readonly strength: number;
    readonly behind: number;
  }[];
}

/** Channels over time, a panel each. */
export interface TimeSeriesGeometry {
  readonly kind: 'TIME_SERIES';
  readonly style: 'PLOT' | 'SPECTROGRAM';
  /** First and last instant shown: epoch ms for TIMESTAMP, seconds for SECONDS, row numbers from 0 for ROW. */
  readonly span: readonly [number, number];
  readonly axis: 'TIMESTAMP' | 'SECONDS' | 'ROW';
  readonly panels: readonly {
    readonly channel: string;
    readonly unit?: string;
    /** Where the panel's data area lies in the view. */
    readonly area: Rectangle;
    /** Values at the area's lower and upper edge. */
    readonly range: readonly [number, number];
  }[];
  /**
   * Of a whole series: the windows that depart furthest from what is usual, first that of the greatest strength. Strength 1: further
   * than the normal series compared with ever go; without any, 8 robust standard deviations.
   */
  readonly windows?: readonly {
    readonly channel: string;
    readonly span: readonly [number, number];
    readonly strength: number;
    /** Whether normal series said what is usual. */
    readonly isCompared: boolean;
  }[];
}

/** A slice of a volume. */
export interface SliceGeometry {
  readonly kind: 'SLICE';
  readonly plane: 'AXIAL' | 'CORONAL' | 'SAGITTAL' | 'STORED';
  /** Which of how many, from 0. */
  readonly index: number;
  readonly count: number;
  /** Size of the slice in voxels. */
  readonly source: { readonly widthPx: number; readonly heightPx: number };
  /** Distance between voxel centres along x and y, in mm, when known. */
  readonly spacingMm?: readonly [number, number];
  /** Values shown as black and white, after rescaling. */
  readonly window: readonly [number, number];
  /**
   * Voxel (column, row, slice of the file, from 0) of the slice's pixel (x, y): origin + x right + y down. A view's
   * pixel is found in the slice by the ratio of their sizes.
   */
  readonly voxels: { readonly origin: Vector; readonly right: Vector; readonly down: Vector };
  /** Where the view's edges point in the body: L, R, A, P, H, F; two or three letters when oblique. */
  readonly edges?: {
    readonly left: string;
    readonly right: string;
    readonly top: string;
    readonly bottom: string;
  };
}

/** Frames of a video, one or several side by side. */
export interface VideoGeometry {
  readonly kind: 'VIDEO';
  readonly layout: 'MONTAGE' | 'FRAME';
  /** The shown frames in the order of time. */
  readonly frames: readonly {
    /** Which frame of the video in the order of showing, from 0. */
    readonly index: number;
    /** Its timestamp in the file, ms. */
    readonly timeMs: number;
    /** Where it lies in the view. */
    readonly area: Rectangle;
  }[];
  /** The stretch of the video that the view stands for, ms on the file's own time scale. */
  readonly spanMs: readonly [number, number];
  /** An upright frame, in stored pixels. Across and down, a pixel of the view is found by the ratio of the sizes. */
  readonly source: { readonly widthPx: number; readonly heightPx: number };
  /** How a stored frame was made upright: mirrored left to right, then turned clockwise by so many degrees. */
  readonly isMirrored: boolean;
  readonly rotation: 0 | 90 | 180 | 270;
  /** Name of the codec, e.g. `h264`. */
  readonly codec: string;
  /** The whole video: from the start of the first frame to the end of the last one. */
  readonly durationMs: number;
  readonly frameCount: number;
  /** Frames per second, on average. */
  readonly frameRate: number;
  /** Whether the steps between frames differ by more than the rounding of timestamps. */
  readonly isFrameRateVariable: boolean;
}
