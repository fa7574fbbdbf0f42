import type { Detection } from '../models/reference-match.ts';

const MOST_PLACES = 3;

/**
 * What the embedded detector found, for a prompt: its score, its strongest places and what it is. In parts of the
 * picture, so that the text holds whatever size is sent.
 */
export function writeEvidence(
  { score, regions }: Detection,
  view: { readonly widthPx: number; readonly heightPx: number },
  isShown: boolean,
): string {
  const places = regions.slice(0, MOST_PLACES).map((region) => {
    const across = Math.round(((region.x + region.width / 2) / view.widthPx) * 100);
    const down = Math.round(((region.y + region.height / 2) / view.heightPx) * 100);
    return `${across} % from the left and ${down} % from the top (${region.score.toFixed(2)})`;
  });
  return [
    `A program that compares pixels with the normal images scores the inspected one ${score.toFixed(2)}, where 0.5 is its threshold.`,
    places.length === 0 ? 'It points at no place.' : `Its strongest places: ${places.join('; ')}.`,
    'It does not know what the object is: take it as a hint where to look, and judge by what you see.',
    ...(isShown ? ['One more image, after those named above, shows its map over the inspected one.'] : []),
  ].join(' ');
}
