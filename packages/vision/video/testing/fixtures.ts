import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { findMovingStill } from '../animation/moving-stills.ts';
import { openContainer } from '../decoder/open-container.ts';
import type { DecoderSetup } from '../decoder/open-decoder.ts';
import { detectVideo } from '../detect-video.ts';
import type { FramePixels, FrameSource } from '../frame-source.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'fixtures', 'video');

/** A file of `test/fixtures/video`. */
export function readVideo(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(join(FOLDER, name)));
}

/** What ffprobe says of a file; see `make.sh` beside the fixtures. */
export interface Probed {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly timeBase: string;
  readonly averageRate: string;
  /** Degrees counterclockwise. */
  readonly rotation: number;
  readonly pts: readonly (number | null)[];
}

/** By file; `null` for files without a video track. */
export const probed: Readonly<Record<string, Probed | null>> = JSON.parse(
  readFileSync(join(FOLDER, 'expected.json'), 'utf8'),
);

/** Opens a container, has it used, and closes it. */
export async function withContainer<T>(
  bytes: Uint8Array,
  use: (source: FrameSource) => Promise<T>,
  testing?: Pick<DecoderSetup, 'program' | 'nodeOptions'>,
): Promise<T> {
  const source = await openContainer(
    bytes,
    findMovingStill(bytes) ?? detectVideo(bytes) ?? 'video/mp4',
    DEFAULT_LIMITS,
    testing,
  );
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

/** Frames in their stored size, by their numbers. */
export async function readAll(
  { facts, readFrames }: FrameSource,
  indexes: readonly number[],
): Promise<Map<number, FramePixels>> {
  const frames = new Map<number, FramePixels>();
  for await (const frame of readFrames(indexes, facts)) {
    frames.set(frame.index, { ...frame, data: Uint8Array.from(frame.data) });
  }
  return frames;
}

/** The number that a frame of the made clips shows in its top row: bit b is the square of 16 px in column b. */
export function readNumber({ data, widthPx }: Pick<FramePixels, 'data' | 'widthPx'>): number {
  let number = 0;
  for (let bit = 0; bit < 8; bit++) {
    if ((data[(8 * widthPx + 16 * bit + 8) * 3 + 1] ?? 0) > 128) number += 2 ** bit;
  }
  return number;
}
