import { checkNumber, checkOptionalText, checkText, DomainError } from '../platform/index.ts';
import type { PerturbationKind, Variant } from './entity.ts';

const MAX_VARIANTS = 12;

/** The ladder of arXiv 2403.11083: what each part of the prompt adds. */
const LADDER = ['NAIVE', 'CLASS', 'RULES', 'REFERENCE', 'CLASS_REFERENCE', 'FULL'] as const;

/** Strengths of the steps of a robustness ladder; its foot is the undisturbed profile. */
const STRENGTHS = [0.25, 0.5, 0.75, 1] as const;

type Optional<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

export interface VariantsInput {
  readonly variants?:
    | readonly (Optional<Omit<Variant, 'name'>> & { readonly name: string })[]
    | null
    | undefined;
  readonly ablation?: boolean;
  readonly robustness?: readonly PerturbationKind[] | null | undefined;
}

/**
 * The variants of an evaluation: those given, the profile undisturbed and disturbed, the ladder of prompts; without any
 * of them the profile as it is.
 * @throws DomainError `INVALID`
 */
export function listVariants(input: VariantsInput): Variant[] {
  const path = ['input', 'variants'];
  const given = (input.variants ?? []).map((variant, i): Variant => {
    const at = (...fields: string[]) => [...path, String(i), ...fields];
    const { referenceCount, threshold, perturbation } = variant;
    return {
      name: checkText(variant.name, at('name'), 1, 60),
      preset: variant.preset ?? undefined,
      framing: variant.framing ?? undefined,
      model: checkOptionalText(variant.model, at('model'), 200),
      referenceCount:
        referenceCount == null ? undefined : checkNumber(referenceCount, at('referenceCount'), 0, 8),
      threshold: threshold == null ? undefined : checkNumber(threshold, at('threshold'), 0, 1),
      perturbation: perturbation
        ? {
            kind: perturbation.kind,
            strength: checkNumber(perturbation.strength, at('perturbation', 'strength'), 0, 1),
          }
        : undefined,
    };
  });
  const ladder = input.ablation ? LADDER.map((preset): Variant => ({ name: preset, preset })) : [];
  const all = [...given, ...listRobustness(input.robustness ?? []), ...ladder];
  const variants = all.length > 0 ? all : [{ name: 'profile' }];
  checkNumber(variants.length, path, 1, MAX_VARIANTS);
  if (new Set(variants.map(({ name }) => name)).size < variants.length) {
    throw new DomainError('INVALID', 'Two variants have the same name.', path);
  }
  return variants;
}

function listRobustness(kinds: readonly PerturbationKind[]): Variant[] {
  if (kinds.length === 0) return [];
  const steps = kinds.flatMap((kind) =>
    STRENGTHS.map(
      (strength): Variant => ({
        name: `${kind} ${strength}`,
        perturbation: { kind, strength },
      }),
    ),
  );
  return [{ name: 'undisturbed' }, ...steps];
}
