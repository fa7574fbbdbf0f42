import type { TenantScope } from '@loupe/core/platform';
import type { PictureTools } from '@loupe/judge';
import { detectLazily } from './models.ts';
import { segmentPicture } from './segmenter.ts';

/**
 * What the judge needs done with pictures of one sample for a tenant, by `vision`, which brings sharp along when it is first
 * needed. The votes of a panel share the masks of a picture.
 */
export function createPictureTools(scope: TenantScope): PictureTools {
  const segmented = new WeakMap<Uint8Array, ReturnType<PictureTools['segment']>>();
  return {
    ...tools,
    segment: (picture, most, signal) => {
      const known = segmented.get(picture.bytes);
      if (known) return known;
      const masks = segmentPicture(scope, picture, most, signal);
      segmented.set(picture.bytes, masks);
      return masks;
    },
  };
}

const tools: Omit<PictureTools, 'segment'> = {
  resize: async (picture, size) => {
    const fits = picture.widthPx <= size.widthPx && picture.heightPx <= size.heightPx;
    return fits ? picture : (await load()).resizePicture(picture, size);
  },
  placeBeside: async (left, right) => (await load()).placeBeside(left, right),
  mark: async (view, source, options) => {
    const { marks, ...picture } = await (await load()).markPicture(view, source, options);
    return { picture, marks };
  },
  rank: async (query, references) =>
    (await load()).rankReferences(
      query.bytes,
      references.map(({ bytes }) => bytes),
    ),
  detect: async (query, references, signal) =>
    detectLazily(
      query.bytes,
      references.map(({ bytes }) => bytes),
      signal,
      query,
    ),
  drawMap: async (picture, { map, regions }) => {
    if (map === undefined) return picture;
    const { renderOverlay } = await import('@loupe/vision/reference');
    const { widthPx, heightPx } = picture;
    const bytes = await renderOverlay(
      picture.bytes,
      { map: { width: map.width, height: map.height, data: map.values }, widthPx, heightPx, regions },
      { longSidePx: Math.max(widthPx, heightPx) },
    );
    return { mediaType: 'image/jpeg', bytes, widthPx, heightPx };
  },
  cropPairs: async (query, references, regions) => (await load()).cropPairs(query, references, regions),
};

function load() {
  return import('@loupe/vision/pictures');
}
