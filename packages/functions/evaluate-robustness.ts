import { isDeepStrictEqual } from 'node:util';
import type { Variant } from '@loupe/core/evaluation';
import type { RobustnessCurve, VariantResult } from '@loupe/metrics/report';
import type { VariantTally } from './evaluate-tally.ts';

/**
 * How verdicts hold: for each undisturbed variant and kind of disturbance, the disturbed variants that are like it in
 * everything else, by strength. Disturbed variants without such a one are in no curve.
 */
export function describeRobustness(
  variants: readonly Variant[],
  tallies: readonly VariantTally[],
  results: readonly VariantResult[],
): RobustnessCurve[] {
  const all = variants.flatMap((variant, i) => {
    const [tally, result] = [tallies[i], results[i]];
    return tally && result ? [{ variant, tally, auroc: result.clean.pooled.auroc }] : [];
  });
  return all.filter(isUndisturbed).flatMap((base, i, bases) => {
    if (bases.findIndex((other) => isAlike(other.variant, base.variant)) < i) return [];
    const disturbed = all.filter((one) => !isUndisturbed(one) && isAlike(one.variant, base.variant));
    const kinds = new Set(disturbed.flatMap(({ variant }) => variant.perturbation?.kind ?? []));
    return [...kinds].map((kind) => ({
      variant: base.variant.name,
      kind,
      points: [base, ...disturbed.filter(({ variant }) => variant.perturbation?.kind === kind)]
        .map(({ variant, tally, auroc }) => ({
          variant: variant.name,
          strength: variant.perturbation?.strength ?? 0,
          ...base.tally.countAgreement(tally),
          auroc,
        }))
        .sort((a, b) => a.strength - b.strength),
    }));
  });
}

function isUndisturbed({ variant }: { readonly variant: Variant }): boolean {
  return (variant.perturbation?.strength ?? 0) === 0;
}

function isAlike(one: Variant, other: Variant): boolean {
  const describe = ({ name: _name, perturbation: _perturbation, ...settings }: Variant) => settings;
  return isDeepStrictEqual(describe(one), describe(other));
}
