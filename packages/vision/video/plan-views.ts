import { chooseByMotion } from './choose/choose-by-motion.ts';
import { chooseScenes } from './choose/choose-scenes.ts';
import { chooseUniform, findFrames, type Span } from './choose/choose-uniform.ts';
import { snapToKeyFrames } from './choose/snap-to-key-frames.ts';
import type { Timeline, VideoFacts } from './frame-source.ts';
import type { VideoSettings } from './options.ts';
import type { Plan } from './plan.ts';

/** Frames × pixels that may be decoded for the views; beyond, key frames nearby are taken. */
const DECODED_PIXELS = 8e9;

/** Which frames make which view: a montage of the whole and one of each segment, or a view a frame. */
export function planViews(
  timeline: Timeline,
  facts: VideoFacts,
  settings: VideoSettings,
  changes: Float32Array | undefined,
): Plan {
  const whole: Span = [timeline.startsMs[0] ?? 0, timeline.endMs];
  const spans = settings.layout === 'FRAMES' ? [whole] : [whole, ...divide(whole, settings)];
  const views = spans
    .map((span) => ({ span, indexes: choose(timeline, span, settings, changes) }))
    .filter(({ indexes }) => indexes.length > 0);
  const budget = DECODED_PIXELS / (facts.widthPx * facts.heightPx);
  return settings.select === 'UNIFORM' ? snapToKeyFrames(timeline, views, budget) : { views, notes: [] };
}

/** Equal segments of a long video; none of a short one. */
function divide([from, to]: Span, { segmentSeconds, segments }: VideoSettings): Span[] {
  const count = Math.min(segments, Math.ceil((to - from) / 1000 / segmentSeconds));
  if (count < 2) return [];
  const at = (part: number) => from + (part / count) * (to - from);
  return Array.from({ length: count }, (_, i) => [at(i), i + 1 === count ? to : at(i + 1)]);
}

function choose(
  timeline: Timeline,
  span: Span,
  { select, frames }: VideoSettings,
  changes: Float32Array | undefined,
): number[] {
  if (select === 'UNIFORM' || changes === undefined) return chooseUniform(timeline, span, frames);
  const range = findFrames(timeline, span);
  if (range[1] <= range[0]) return [];
  return select === 'SCENE' ? chooseScenes(changes, range, frames) : chooseByMotion(changes, range, frames);
}
