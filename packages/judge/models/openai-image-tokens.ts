import type { ImageTokenRule } from './vision-model.ts';

/**
 * How OpenAI's models count pictures, by the start of their id (OpenAI's guide to images and vision, section "Calculating
 * costs"; what was billed at https://community.openai.com/t/1262691 agrees). Those not named count as their kin do.
 */
const RULES: readonly (readonly [id: RegExp, rule: ImageTokenRule])[] = [
  [/^gpt-4o-mini(?:-|$)/, countTiles(2833, 5667)],
  [/^gpt-(?:4\.1|5)-mini(?:-|$)/, countPatches(1.62)],
  [/^gpt-(?:4\.1|5)-nano(?:-|$)/, countPatches(2.46)],
  [/^o4-mini(?:-|$)/, countPatches(1.72)],
  [/^o[13](?:-|$)/, countTiles(75, 150)],
  [/^gpt-5(?:-chat|-\d{4}|$)/, countTiles(70, 140)],
];

/** The rule of a model of OpenAI's; undefined where none is stated for it alone. */
export function findImageTokens(id: string): ImageTokenRule | undefined {
  return RULES.find(([pattern]) => pattern.test(id))?.[1];
}

/** Tiles of 512 px, of a picture made to fit into 2048 px and then to 768 px on its shorter side. */
export function countTiles(base: number, perTile: number): ImageTokenRule {
  return { kind: 'TILES', base, perTile, tilePx: 512, fitPx: 2048, shortSidePx: 768 };
}

/** Patches of 32 px, at most 1,536. */
function countPatches(factor: number): ImageTokenRule {
  return { kind: 'PATCHES', patchPx: 32, maxPatches: 1536, factor };
}
