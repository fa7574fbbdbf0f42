/** A video, opened: what is known of it without decoding, and how to get at its frames. */
export interface FrameSource {
  readonly facts: VideoFacts;
  readonly timeline: Timeline;
  /** What a person should know, a sentence each. */
  readonly notes: readonly string[];
  /** Whether pixels are exactly those that the author saved. */
  readonly lossless: boolean;
  /**
   * For each frame how much it differs from the one that was looked at before it: mean difference of the luminance of
   * 64 × 36 px, 0..1. NaN where a frame was not looked at, 0 for the first.
   */
  readonly measureChanges: () => Promise<Float32Array>;
  /** Frames by their numbers, in any order, of the size asked for, as they are stored (not yet upright). */
  readonly readFrames: (indexes: readonly number[], size: FrameSize) => AsyncIterable<FramePixels>;
  /** Frees what the source holds; it cannot be read any more. */
  readonly close: () => Promise<void>;
}

export interface FrameSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What the headers say. */
export interface VideoFacts {
  /** Name of the codec as FFmpeg has it, e.g. `h264`. */
  readonly codec: string;
  /** Stored frame, px. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Width of a stored pixel over its height. */
  readonly pixelAspect: number;
  readonly orientation: Orientation;
}

/** How a stored frame becomes upright: first mirrored left to right, then turned clockwise. */
export interface Orientation {
  readonly mirrored: boolean;
  readonly rotation: 0 | 90 | 180 | 270;
}

/** When each frame is shown, in the order of showing. */
export interface Timeline {
  /** Start of each frame: its timestamp in the file, ms. */
  readonly startsMs: Float64Array;
  /** When the last frame ends, ms. */
  readonly endMs: number;
  /** What getting at each frame takes: the frames to decode first, and where that decoding begins. */
  readonly costs?: DecodingCosts;
}

export interface DecodingCosts {
  /** Position of each frame in the order of decoding. */
  readonly position: Uint32Array;
  /** Position at which decoding has to begin for each frame. */
  readonly entry: Uint32Array;
}

/** Rows of interleaved RGB, top first. */
export interface FramePixels extends FrameSize {
  readonly index: number;
  readonly data: Uint8Array;
}
