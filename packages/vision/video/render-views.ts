import type { Rendering, View } from '../types.ts';
import type { FrameSource } from './frame-source.ts';
import { describeFrames, encodeFrame, showSize } from './frame-view.ts';
import { readAndKeep } from './keep-frames.ts';
import { layOutMontage, placeFrame, startMontage, writeCaptions } from './montage.ts';
import type { ViewPlan } from './plan.ts';
import { rejectVideo } from './reject.ts';

/** Damaged frames whose times a note names. */
const NAMED_TIMES = 5;

/** How frames are shown: longest side of a view, and whether larger frames are kept beside them. */
export interface RenderSettings {
  readonly longSidePx: number;
  readonly keeps: boolean;
}

/** A montage for each plan. Frames that several show are decoded once. @throws RejectedError CORRUPT_VIDEO */
export async function renderMontages(
  source: FrameSource,
  plans: readonly ViewPlan[],
  { longSidePx, keeps }: RenderSettings,
): Promise<Rendering> {
  const most = Math.max(...plans.map(({ indexes }) => indexes.length));
  const { frame } = layOutMontage(most, showSize(source.facts), longSidePx);
  const indexes = plans.flatMap((plan) => plan.indexes);
  const frames = new Map<number, Uint8Array>();
  const reading = readAndKeep(source, indexes, frame, { keeps });
  for await (const { index, data } of reading.read()) frames.set(index, data);
  const views: View[] = [];
  for (const plan of plans) {
    const shown = plan.indexes.filter((index) => frames.has(index));
    if (shown.length === 0) continue;
    const layout = layOutMontage(shown.length, frame, longSidePx);
    const montage = startMontage(layout);
    const places = shown.map((index, i) => {
      const area = layout.areas[i] ?? { x: 0, y: 0, width: 0, height: 0 };
      const timeMs = source.timeline.startsMs[index] ?? 0;
      const pixels = frames.get(index) ?? new Uint8Array();
      placeFrame(montage, area, pixels, writeCaptions(index, timeMs), layout);
      return { index, timeMs, area };
    });
    const geometry = describeFrames(source, { layout: 'MONTAGE', frames: places, spanMs: plan.span });
    views.push({ ...(await encodeFrame(montage, source.lossless)), geometry });
  }
  const kept = reading.finish();
  return { views, frames: kept.frames, notes: [...reportMissing(source, indexes, frames), ...kept.notes] };
}

/** A view for each frame, as large as `longSidePx` allows, with nothing drawn on it. @throws RejectedError CORRUPT_VIDEO */
export async function renderFrames(
  source: FrameSource,
  plans: readonly ViewPlan[],
  { longSidePx, keeps }: RenderSettings,
): Promise<Rendering> {
  const full = showSize(source.facts);
  const scale = Math.min(1, longSidePx / Math.max(full.widthPx, full.heightPx));
  const size = {
    widthPx: Math.max(1, Math.round(full.widthPx * scale)),
    heightPx: Math.max(1, Math.round(full.heightPx * scale)),
  };
  const indexes = plans.flatMap((plan) => plan.indexes);
  const views = new Map<number, View>();
  const reading = readAndKeep(source, indexes, size, { keeps });
  for await (const { index, ...picture } of reading.read()) {
    const timeMs = source.timeline.startsMs[index] ?? 0;
    const endMs = source.timeline.startsMs[index + 1] ?? source.timeline.endMs;
    const area = { x: 0, y: 0, width: size.widthPx, height: size.heightPx };
    const frames = [{ index, timeMs, area }];
    const geometry = describeFrames(source, { layout: 'FRAME', frames, spanMs: [timeMs, endMs] });
    views.set(index, { ...(await encodeFrame(picture, source.lossless)), geometry });
  }
  const kept = reading.finish();
  return {
    views: [...views].sort(([a], [b]) => a - b).map(([, view]) => view),
    frames: kept.frames,
    notes: [...reportMissing(source, indexes, views), ...kept.notes],
  };
}

function reportMissing(
  { timeline }: FrameSource,
  wanted: readonly number[],
  shown: ReadonlyMap<number, unknown>,
): string[] {
  const all = [...new Set(wanted)].sort((a, b) => a - b);
  const missing = all.filter((index) => !shown.has(index));
  if (missing.length === all.length) throw rejectVideo('none of its frames can be decoded');
  if (missing.length === 0) return [];
  const times = missing.map((index) => `${((timeline.startsMs[index] ?? 0) / 1000).toFixed(2)} s`);
  const named = times.slice(0, NAMED_TIMES).join(', ') + (times.length > NAMED_TIMES ? ', …' : '');
  return [`${missing.length} of ${all.length} frames are damaged and left out: ${named}.`];
}
