/** The frames of a moving picture, as far as the file holds them. */
export interface AnimationFrames {
  /** Time each frame is shown, ms. */
  readonly delaysMs: readonly number[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** The file up to its last whole frame, closed as the format asks. */
  readonly whole: Uint8Array;
  /** The file ends within a frame, or without its end mark. */
  readonly isCut: boolean;
}
