import type { PromptPreset } from './profile.ts';

/** How many pictures of each kind go with a prompt, in the order in which the text counts them. */
export interface PictureCounts {
  /** Normal references, first. */
  readonly references: number;
  /** Views that are inspected, after them; from 1. */
  readonly queries: number;
  /** Whether each inspected view comes once more with marks drawn on it, last. */
  readonly marked?: boolean;
}

/** What a prompt speaks of. */
export interface Subject extends PictureCounts {
  readonly marked: boolean;
  /** What one picture is called, e.g. `image`. */
  readonly noun: string;
  /** The inspected views of a video are always "the video frames", with the verb as published. */
  readonly isVideo: boolean;
  /** What is looked for. */
  readonly faults: string;
  /** Cleaned class name; empty when the profile has none or the preset leaves it out. */
  readonly className: string;
}

/** Names the pictures as arXiv 2311.02782 does for each kind of data. */
export function describeSubject(
  preset: PromptPreset,
  modality: string | undefined,
  className: string,
  counts: PictureCounts,
): Subject {
  const isTemporal = preset === 'TEMPORAL' || modality === 'TIME_SERIES' || modality === 'VIDEO';
  const isVideo = modality === 'VIDEO';
  const noun = modality === 'POINT_CLOUD' ? 'rendered depth image' : isVideo ? 'video frame' : 'image';
  return {
    ...counts,
    marked: counts.marked ?? false,
    noun,
    isVideo,
    faults: isTemporal ? 'anomalies or outlier points' : 'anomalies or defects',
    className,
  };
}

/** Class context of arXiv 2403.11083, section III: " given about the bottle". */
export function describeClass(className: string): string {
  return className === '' ? '' : ` given about the ${className}`;
}

/** "image", or "4 images". */
export function countPictures({ noun }: Subject, count: number): string {
  return count === 1 ? noun : `${count} ${noun}s`;
}
