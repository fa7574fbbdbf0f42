import type { ConversionSettings, MediaType, Rendering } from '../types.ts';
import type { FrameSource } from './frame-source.ts';
import { openFrameSource } from './open-frame-source.ts';
import { planViews } from './plan-views.ts';
import { renderFrames, renderMontages } from './render-views.ts';

/**
 * Views of a video: a montage of the whole and, when it is long, of each segment; or its frames one by one.
 * @throws RejectedError whatever is wrong with the file
 */
export async function convertVideo(
  bytes: Uint8Array,
  mediaType: MediaType,
  settings: ConversionSettings,
): Promise<Rendering> {
  const source = await openFrameSource(bytes, mediaType, settings.limits);
  try {
    return await renderSource(source, settings);
  } finally {
    await source.close();
  }
}

async function renderSource(
  source: FrameSource,
  { video, longSidePx }: ConversionSettings,
): Promise<Rendering> {
  const changes = video.select === 'UNIFORM' ? undefined : await source.measureChanges();
  const plan = planViews(source.timeline, source.facts, video, changes);
  const render = video.layout === 'FRAMES' ? renderFrames : renderMontages;
  const rendering = await render(source, plan.views, { longSidePx, keeps: video.keepFrames });
  return { ...rendering, notes: [...source.notes, ...plan.notes, ...rendering.notes] };
}
