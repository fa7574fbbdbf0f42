import type { TenantScope } from '../platform/index.ts';
import {
  DEFAULT_CALL_SETTINGS,
  judgesAlike,
  loadProfileVersion,
  type ProfileVersion,
} from '../profile/index.ts';
import { applyVariant } from './apply-variant.ts';
import type { Evaluation } from './entity.ts';
import { readResult, type StoredVariant } from './result.ts';

/** Evaluations of the profile that are looked at, the newest. */
const MAX_EVALUATIONS = 20;

/** How many items a cascade would have handed on. */
export interface EscalatedShare {
  /** 0 to 1. */
  readonly share: number;
  /** Where it was measured. */
  readonly evaluation: Evaluation;
}

/**
 * The share of items that a profile's cascade hands to its strong models, by the newest evaluation of the profile in which its cheap
 * model was asked alone about undisturbed pictures; undefined without such a one.
 */
export async function findEscalatedShare(
  scope: TenantScope,
  asked: ProfileVersion,
  useItemClass: boolean,
): Promise<EscalatedShare | undefined> {
  const { cascade } = asked.calls ?? {};
  if (!cascade) return undefined;
  const cheap = { ...asked, model: cascade.model, calls: DEFAULT_CALL_SETTINGS };
  const { items } = await scope.table.query<Evaluation>('byParent', `profile#${asked.profileId}#evaluation`, {
    limit: MAX_EVALUATIONS,
    newestFirst: true,
  });
  const ended = items.filter((one) => one.resultRev !== undefined && one.useItemClass === useItemClass);
  for (const evaluation of ended) {
    const version = await loadProfileVersion(scope, evaluation.profileVersionId);
    const position = evaluation.variants.findIndex(
      (variant) => !variant.perturbation && judgesAlike(applyVariant(version, variant), cheap),
    );
    const measured = position < 0 ? undefined : (await readResult(scope, evaluation))?.variants[position];
    const share = measured && measureEscalated(measured, cascade);
    if (share !== undefined) return { share, evaluation };
  }
  return undefined;
}

/** By the histogram of the scores: bins that lie partly in the band count whole, and so do items without a score. */
export function measureEscalated(
  {
    histogram,
    clean,
  }: Pick<StoredVariant, 'histogram'> & {
    readonly clean: { readonly pooled: { readonly items: number; readonly missing: number } };
  },
  band: { readonly low: number; readonly high: number },
): number | undefined {
  const { items, missing } = clean.pooled;
  if (items === 0) return undefined;
  const inBand = histogram.filter(({ from, to }) => to > band.low && from < band.high);
  const scored = inBand.reduce((sum, { positives, negatives }) => sum + positives + negatives, 0);
  return (scored + missing) / items;
}
