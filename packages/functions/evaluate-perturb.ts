import { createHash } from 'node:crypto';
import type { VariantPerturbation } from '@loupe/core/evaluation';
import type { View } from '@loupe/vision';

/**
 * Disturbs the pictures of an item. What is drawn at random follows from the evaluation's seed, the item's name and the
 * view's position: the same in every variant, and when an item is asked about again.
 * @returns undefined when no view is a picture: plots and renderings are not what a camera may blur
 */
export async function perturbViews(
  views: readonly View[],
  { kind, strength }: VariantPerturbation,
  seed: number,
  item: string,
): Promise<View[] | undefined> {
  if (!views.some(isPicture)) return undefined;
  const { perturbView } = await import('@loupe/vision/perturb');
  return Promise.all(
    views.map((view, i) =>
      isPicture(view) ? perturbView(view, kind, strength, deriveSeed(seed, item, i)) : view,
    ),
  );
}

function isPicture({ geometry }: View): boolean {
  return geometry.kind === 'IMAGE' || geometry.kind === 'VIDEO';
}

function deriveSeed(seed: number, item: string, view: number): number {
  return createHash('sha256')
    .update(JSON.stringify([seed, item, view]))
    .digest()
    .readUInt32LE(0);
}
