import type { TenantScope } from '@loupe/core/platform';
import type { PictureTools } from '@loupe/judge';
import { detectLazily } from './models.ts';
import { rememberByBytes } from './remember-by-bytes.ts';
import { segmentPicture } from './segmenter.ts';

/**
 * What the judge needs done with pictures for a tenant, by `vision`, which brings sharp along when it is first needed. What was
 * made of a picture is kept for as long as its bytes are: votes and looks share it, and items that have their references in common.
 *
 * @param segment asks for the masks of a picture
 */
export function createPictureTools(
  scope: TenantScope,
  segment: PictureTools['segment'] = (picture, most, signal) => segmentPicture(scope, picture, most, signal),
): PictureTools {
  const segmented = rememberByBytes<Awaited<ReturnType<PictureTools['segment']>>>();
  const resized = rememberByBytes<Awaited<ReturnType<PictureTools['resize']>>>();
  const detected = rememberByBytes<Awaited<ReturnType<PictureTools['detect']>>>();
  const summarised = rememberByBytes<Float64Array>();
  return {
    ...tools,
    segment: (picture, most, signal) =>
      segmented([picture.bytes], String(most), () => segment(picture, most, signal)),
    resize: async (picture, size) => {
      const fits = picture.widthPx <= size.widthPx && picture.heightPx <= size.heightPx;
      if (fits) return picture;
      const { widthPx, heightPx } = size;
      return resized([picture.bytes], `${widthPx} ${heightPx}`, async () =>
        (await load()).resizePicture(picture, { widthPx, heightPx }),
      );
    },
    rank: async (query, references) => {
      const { rankReferences, summarisePicture } = await load();
      const summarise = (bytes: Uint8Array) => summarised([bytes], '', () => summarisePicture(bytes));
      return rankReferences(
        query.bytes,
        references.map(({ bytes }) => bytes),
        summarise,
      );
    },
    detect: (query, references, signal) => {
      const others = references.map(({ bytes }) => bytes);
      return detected([query.bytes, ...others], '', async () =>
        detectLazily(query.bytes, others, signal, query),
      );
    },
  };
}

const tools: Pick<PictureTools, 'placeBeside' | 'mark' | 'drawMap' | 'cropPairs'> = {
  placeBeside: async (left, right) => (await load()).placeBeside(left, right),
  mark: async (view, source, options) => {
    const { marks, ...picture } = await (await load()).markPicture(view, source, options);
    return { picture, marks };
  },
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
  cropPairs: async (...given) => (await load()).cropPairs(...given),
};

function load() {
  return import('@loupe/vision/pictures');
}
