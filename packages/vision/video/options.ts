/** Which frames of a video are shown, and how. Every field has a default. */
export interface VideoOptions {
  /**
   * `UNIFORM`, the default: the frames in the middles of equal parts of the time. `SCENE`: the frames with which
   * scenes begin. `MOTION`: the more frames from a time, the more moves in it.
   */
  readonly select?: FrameSelection | undefined;
  /** Frames of a view with several, or all separate frames: 1..64, default 16. */
  readonly frames?: number | undefined;
  /** `MONTAGE`, the default: frames side by side, each with its number and time. `FRAMES`: a view each, nothing drawn. */
  readonly layout?: 'MONTAGE' | 'FRAMES' | undefined;
  /** A longer video gets a montage of each segment behind that of the whole: 1..3600 s, default 60. */
  readonly segmentSeconds?: number | undefined;
  /** Most segments, 0..8, default 6; a longer video has longer ones. */
  readonly segments?: number | undefined;
  /** Whether the frames shown are given beside the views, with their own pixels, where they have more: default no. */
  readonly keepFrames?: boolean | undefined;
}

export type FrameSelection = 'UNIFORM' | 'SCENE' | 'MOTION';

/** Options with the defaults filled in. */
export interface VideoSettings {
  readonly select: FrameSelection;
  readonly frames: number;
  readonly layout: 'MONTAGE' | 'FRAMES';
  readonly segmentSeconds: number;
  readonly segments: number;
  readonly keepFrames: boolean;
}

/** @throws RangeError for options outside their range */
export function resolveVideoOptions(options: VideoOptions = {}): VideoSettings {
  const { select = 'UNIFORM', layout = 'MONTAGE', frames = 16, segmentSeconds = 60, segments = 6 } = options;
  const { keepFrames = false } = options;
  if (!['UNIFORM', 'SCENE', 'MOTION'].includes(select)) {
    throw new RangeError(`video.select must be UNIFORM, SCENE or MOTION, not ${select}.`);
  }
  if (layout !== 'MONTAGE' && layout !== 'FRAMES') {
    throw new RangeError(`video.layout must be MONTAGE or FRAMES, not ${layout}.`);
  }
  assertWithin('frames', frames, 1, 64);
  assertWithin('segmentSeconds', segmentSeconds, 1, 3600);
  assertWithin('segments', segments, 0, 8);
  return { select, layout, frames, segmentSeconds, segments, keepFrames };
}

function assertWithin(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`video.${name} must be a whole number from ${least} to ${most}, not ${value}.`);
  }
}
