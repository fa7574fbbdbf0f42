import type { ImageDetail, ImageTokenRule, ModelQuestion, ModelTraits } from './vision-model.ts';

/** Close to what providers say of English. */
const CHARACTERS_PER_TOKEN = 4;
/** Gemini 3 reads 280 tokens at low and 2,240 at ultra high resolution (Google's guide to media resolution). */
const RESOLUTION_SHARES: Readonly<Partial<Record<ImageDetail, number>>> = { low: 1 / 4, original: 2 };
/** Without a statement: what most providers take for a picture of 1 megapixel. */
const DEFAULT_RULE: ImageTokenRule = { kind: 'PATCHES', patchPx: 28, maxPatches: 16_384, factor: 1 };

export interface TokenEstimate {
  /** Tokens the question is likely to be read as. */
  readonly inputTokens: number;
  /** Most tokens the answer can have. */
  readonly outputTokens: number;
}

/** What a call will use, before it is made. Pictures by the model's rule; the answer at its limit, as an upper bound. */
export function estimateTokens(traits: ModelTraits, question: ModelQuestion): TokenEstimate {
  const rule = traits.capabilities?.imageTokens ?? DEFAULT_RULE;
  const text = countTextTokens(question.text + JSON.stringify(question.schema));
  const images = question.images.reduce(
    (sum, { widthPx, heightPx, detail }) => sum + countImageTokens(rule, widthPx, heightPx, detail),
    0,
  );
  return { inputTokens: text + images, outputTokens: question.maxTokens };
}

/** Tokens of a text: four characters of ASCII one, every other character one of its own, which is much for most scripts. */
export function countTextTokens(text: string): number {
  const others = text.replace(/\p{ASCII}+/gu, '').length;
  return Math.ceil((text.length - others) / CHARACTERS_PER_TOKEN + others);
}

/** Tokens of one picture of the given size in px. */
export function countImageTokens(
  rule: ImageTokenRule,
  widthPx: number,
  heightPx: number,
  detail: ImageDetail = 'auto',
): number {
  switch (rule.kind) {
    case 'FLAT':
      return rule.tokens * (RESOLUTION_SHARES[detail] ?? 1);
    case 'TILES': {
      if (detail === 'low') return rule.base;
      const fit = Math.min(1, rule.fitPx / Math.max(widthPx, heightPx));
      const shorter = Math.min(widthPx, heightPx) * fit;
      const scale = fit * Math.min(1, rule.shortSidePx / shorter);
      const tiles = countCells(widthPx * scale, rule.tilePx) * countCells(heightPx * scale, rule.tilePx);
      return rule.base + rule.perTile * tiles;
    }
    case 'PATCHES': {
      const patches = countCells(widthPx, rule.patchPx) * countCells(heightPx, rule.patchPx);
      const { maxPatches, maxOriginalPatches = maxPatches, lowTokens = Number.POSITIVE_INFINITY } = rule;
      const most = detail === 'original' ? maxOriginalPatches : maxPatches;
      const tokens = Math.ceil(Math.min(patches, most) * rule.factor);
      return detail === 'low' ? Math.min(tokens, lowTokens) : tokens;
    }
  }
}

/** A whole number of cells over a side; rounding noise of scaling makes no further cell. */
function countCells(sidePx: number, cellPx: number): number {
  return Math.max(1, Math.ceil(Math.round(sidePx) / cellPx));
}
