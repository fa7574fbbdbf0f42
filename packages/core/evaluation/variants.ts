import { checkNumber, checkOptionalText, checkText, DomainError } from '../platform/index.ts';
import type { Definition } from '../profile/index.ts';
import type { PerturbationKind, Variant } from './entity.ts';
import { layCalls, layPrompt, type VariantCalls, type VariantPrompt } from './variant-settings.ts';

const MAX_VARIANTS = 12;
/** Items times variants: what one function was measured to make the figures and files of in a third of its time. */
const MAX_RESULTS = 10_000_000;
/** The same where items have masks or windows: their results are ten times as long. */
const MAX_LOCALISED_RESULTS = 3_000_000;

/** The ladder of arXiv 2403.11083: what each part of the prompt adds. */
const LADDER = ['NAIVE', 'CLASS', 'RULES', 'REFERENCE', 'CLASS_REFERENCE', 'FULL'] as const;

/** Strengths of the steps of a robustness ladder; its foot is the undisturbed profile. */
const STRENGTHS = [0.25, 0.5, 0.75, 1] as const;

type Optional<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

export interface VariantInput extends Optional<Omit<Variant, 'name' | 'prompt' | 'calls'>> {
  readonly name: string;
  readonly prompt?: VariantPrompt | null | undefined;
  readonly calls?: VariantCalls | null | undefined;
}

export interface VariantsInput {
  readonly variants?: readonly VariantInput[] | null | undefined;
  readonly ablation?: boolean;
  readonly robustness?: readonly PerturbationKind[] | null | undefined;
}

/**
 * The variants of an evaluation: those given, the profile undisturbed and disturbed, the ladder of prompts; without any
 * of them the profile as it is.
 * @param base what they are variants of
 * @throws DomainError `INVALID`
 */
export function listVariants(input: VariantsInput, base: Definition): Variant[] {
  const path = ['input', 'variants'];
  const given = (input.variants ?? []).map((variant, i) => readVariant(variant, base, [...path, String(i)]));
  const ladder = input.ablation ? LADDER.map((preset): Variant => ({ name: preset, preset })) : [];
  const all = [...given, ...listRobustness(input.robustness ?? []), ...ladder];
  const variants = all.length > 0 ? all : [{ name: 'profile' }];
  checkNumber(variants.length, path, 1, MAX_VARIANTS);
  if (new Set(variants.map(({ name }) => name)).size < variants.length) {
    throw new DomainError('INVALID', 'Two variants have the same name.', path);
  }
  return variants;
}

/** @throws DomainError INVALID before anything is paid for figures that could not be made */
export function checkResultCount(items: number, variants: number, isLocalised: boolean): void {
  const limit = isLocalised ? MAX_LOCALISED_RESULTS : MAX_RESULTS;
  if (items * variants <= limit) return;
  const most = Math.floor(limit / items);
  const kind = isLocalised ? 'results with masks or windows' : 'results';
  throw new DomainError(
    'INVALID',
    most === 0
      ? `${items} items are more than ${limit} ${kind}. Divide them among several datasets.`
      : `${items} items by ${variants} variants are more than ${limit} ${kind}. Take at most ${most} variants of this dataset version at a time, the one that the others are compared with among them.`,
    ['input', 'variants'],
  );
}

function readVariant(given: VariantInput, base: Definition, path: readonly string[]): Variant {
  const at = (...fields: string[]) => [...path, ...fields];
  const number = (field: 'referenceCount' | 'threshold' | 'uncertainBand', most: number) => {
    const value = given[field];
    return value == null ? undefined : checkNumber(value, at(field), 0, most);
  };
  const { perturbation, preset, framing } = given;
  if (preset === 'LOGICAL' && base.rules.length === 0) {
    throw new DomainError('INVALID', 'The preset LOGICAL needs a profile with a rule.', at('preset'));
  }
  return {
    name: checkText(given.name, at('name'), 1, 60),
    preset: preset ?? undefined,
    framing: framing ?? undefined,
    model: checkOptionalText(given.model, at('model'), 200),
    referenceCount: number('referenceCount', 8),
    threshold: number('threshold', 1),
    uncertainBand: number('uncertainBand', 0.5),
    prompt: layPrompt(base, framing ?? undefined, given.prompt, path),
    calls: layCalls(base, given.calls, at('calls')),
    perturbation: perturbation
      ? {
          kind: perturbation.kind,
          strength: checkNumber(perturbation.strength, at('perturbation', 'strength'), 0, 1),
        }
      : undefined,
  };
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
