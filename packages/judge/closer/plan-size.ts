import type { ImageDetail, ImageTokenRule } from '../models/vision-model.ts';
import type { DetailSetting } from '../prompts/settings.ts';
import type { Size } from './picture-tools.ts';

/** What OpenAI makes of a picture at low detail, and enough for Gemini's low resolution. */
const LOW_PX = 512;
/** A side that reaches this little into its last tile gives it up. */
const SPARE_SHARE = 1 / 8;

/**
 * The size at which a picture is sent: no larger than the model looks at it, and not a few pixels into a further tile,
 * which would cost the tokens of a whole one. Never larger than it is.
 */
export function planSize(size: Size, rule: ImageTokenRule | undefined, detail: DetailSetting): Size {
  if (detail === 'ORIGINAL') return size;
  if (detail === 'LOW') return fitInto(size, LOW_PX, Number.POSITIVE_INFINITY);
  if (rule?.kind === 'TILES') return saveTiles(fitInto(size, rule.fitPx, rule.shortSidePx), rule.tilePx);
  if (rule?.kind === 'PATCHES') return fitPatches(size, rule.patchPx, rule.maxPatches);
  return size;
}

/** What the provider is told; nothing with AUTO. */
export function nameDetail(detail: DetailSetting): ImageDetail | undefined {
  return detail === 'AUTO' ? undefined : DETAILS[detail];
}

const DETAILS = { LOW: 'low', HIGH: 'high', ORIGINAL: 'original' } as const;

function fitInto(size: Size, longPx: number, shortPx: number): Size {
  const long = Math.max(size.widthPx, size.heightPx);
  const short = Math.min(size.widthPx, size.heightPx);
  return scale(size, Math.min(1, longPx / long, shortPx / short));
}

function scale({ widthPx, heightPx }: Size, factor: number): Size {
  return {
    widthPx: Math.max(1, Math.round(widthPx * factor)),
    heightPx: Math.max(1, Math.round(heightPx * factor)),
  };
}

function saveTiles(size: Size, tilePx: number): Size {
  const factors = [size.widthPx, size.heightPx].map((side) => {
    const spare = side % tilePx;
    return side > tilePx && spare > 0 && spare <= tilePx * SPARE_SHARE ? (side - spare) / side : 1;
  });
  const smaller = scale(size, Math.min(...factors));
  return countTiles(smaller, tilePx) < countTiles(size, tilePx) ? smaller : size;
}

function countTiles({ widthPx, heightPx }: Size, tilePx: number): number {
  return Math.ceil(widthPx / tilePx) * Math.ceil(heightPx / tilePx);
}

function fitPatches(size: Size, patchPx: number, most: number): Size {
  let fitted = size;
  // The root is exact but for the rounding up of both sides; a few steps of one per cent make up for that.
  let factor = Math.sqrt((most * patchPx * patchPx) / (size.widthPx * size.heightPx));
  if (factor >= 1) factor = 1;
  for (;;) {
    fitted = scale(size, factor);
    if (countTiles(fitted, patchPx) <= most || Math.max(fitted.widthPx, fitted.heightPx) <= patchPx)
      return fitted;
    factor *= 0.99;
  }
}
