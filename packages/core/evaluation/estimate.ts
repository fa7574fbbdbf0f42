import { type DatasetItem, type DatasetVersion, PART_ITEMS, readItems } from '../dataset/index.ts';
import type { TenantScope } from '../platform/index.ts';
import { DEFAULT_CALL_SETTINGS, DEFAULT_PROMPT_SETTINGS, type ProfileVersion } from '../profile/index.ts';
import { type Sample, sampleKind } from '../sample/index.ts';
import { applyVariant } from './apply-variant.ts';
import type { Evaluation, EvaluationMode, Variant } from './entity.ts';
import { type EscalatedShare, findEscalatedShare } from './escalated-share.ts';

/** Items looked at for an estimate, and objects of the manifest they are taken from, evenly over it. */
const LOOKED_AT = { items: 40, parts: 4 } as const;

/** What a question costs, in micro-USD; null when the price is not known. */
export type PriceQuestion = (
  model: string,
  question: { readonly images: readonly Size[] },
  mode: EvaluationMode,
) => number | null;

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What an evaluation would ask and cost. */
export interface EvaluationEstimate {
  readonly items: number;
  /** At most. */
  readonly calls: number;
  /** At most; null when the price of a model is not known. */
  readonly costMicroUsd: number | null;
  /** Without the questions that cascades are likely to save; null as above. */
  readonly likelyCostMicroUsd: number | null;
  /** One for each variant with a cascade. */
  readonly cascades: readonly CascadeShare[];
  /** Cost at most of each variant; null as above. */
  readonly variantCosts: readonly number[] | null;
}

/** Which share of a variant's items its strong models are likely to be asked about. */
export interface CascadeShare {
  readonly variant: string;
  /** 0 to 1; without a measurement 1. */
  readonly share: number;
  /** Where it was measured. */
  readonly measuredIn: Evaluation | undefined;
}

interface VariantEstimate {
  readonly calls: number;
  readonly cost: number | null;
  readonly likelyCost: number | null;
  readonly cascade: CascadeShare | undefined;
}

/**
 * Estimates from the pictures of some items and the whole answer each time. A cascade's strong models are counted for every item in
 * what it costs at most; what is likely goes by an earlier evaluation of its cheap model.
 */
export async function estimate(
  scope: TenantScope,
  {
    version,
    profileVersion,
    variants,
    mode,
    useItemClass,
  }: {
    readonly version: DatasetVersion;
    readonly profileVersion: ProfileVersion;
    readonly variants: readonly Variant[];
    readonly mode: EvaluationMode;
    readonly useItemClass: boolean;
  },
  price: PriceQuestion,
): Promise<EvaluationEstimate> {
  const items = await pickItems(scope, version);
  const samples = await readSamples(scope, [
    ...profileVersion.referenceIds,
    ...items.flatMap(({ sampleId, referenceIds = [] }) => [sampleId, ...referenceIds]),
  ]);
  const estimates: VariantEstimate[] = [];
  for (const variant of variants) {
    const asked = applyVariant(profileVersion, variant);
    const escalated = asked.calls?.cascade && (await findEscalatedShare(scope, asked, useItemClass));
    const images = items.map((item) => listPictures(item, asked, variant, samples));
    estimates.push(
      estimateVariant(variant.name, asked, escalated, version.itemCount, (model) =>
        meanOf(images.map((shown) => price(model, { images: shown }, mode))),
      ),
    );
  }
  const costs = addUp(estimates.map(({ cost }) => cost));
  return {
    items: version.itemCount,
    calls: estimates.reduce((sum, { calls }) => sum + calls, 0),
    costMicroUsd: costs,
    likelyCostMicroUsd: addUp(estimates.map(({ likelyCost }) => likelyCost)),
    cascades: estimates.flatMap(({ cascade }) => cascade ?? []),
    variantCosts: costs === null ? null : estimates.flatMap(({ cost }) => cost ?? []),
  };
}

/** @param priceOf mean price of one question to a model; null when it is not known */
function estimateVariant(
  name: string,
  { model, calls, prompt }: ProfileVersion,
  escalated: EscalatedShare | undefined,
  items: number,
  priceOf: (model: string) => number | null,
): VariantEstimate {
  const { votes, models, cascade } = { ...DEFAULT_CALL_SETTINGS, ...calls };
  const { framing, secondLook } = { ...DEFAULT_PROMPT_SETTINGS, ...prompt };
  // Of one model about one item, once.
  const looks = (framing === 'BLEND' ? 2 : 1) + (secondLook ? 1 : 0);
  const cheap = cascade ? times(priceOf(cascade.model), looks * items) : 0;
  const strong = addUp([model, ...models].map((id) => times(priceOf(id), votes * looks * items)));
  const { share = 1, evaluation: measuredIn } = escalated ?? {};
  return {
    calls: items * looks * (votes * (1 + models.length) + (cascade ? 1 : 0)),
    cost: roundUp(addUp([cheap, strong])),
    likelyCost: roundUp(addUp([cheap, times(strong, share)])),
    cascade: cascade && { variant: name, share, measuredIn },
  };
}

/** Items evenly over a version, which lies sorted by class. */
async function pickItems(scope: TenantScope, version: DatasetVersion): Promise<DatasetItem[]> {
  const partCount = Math.ceil(version.itemCount / PART_ITEMS);
  const parts = Math.min(LOOKED_AT.parts, partCount);
  const read = await Promise.all(
    Array.from({ length: parts }, (_, i) => {
      const from = Math.floor((i * partCount) / parts) * PART_ITEMS;
      return readItems(scope, version, from, Math.min(version.itemCount, from + PART_ITEMS));
    }),
  );
  return read.flatMap((items) => {
    const step = Math.max(1, Math.floor((items.length * parts) / LOOKED_AT.items));
    return items.filter((_, i) => i % step === 0).slice(0, LOOKED_AT.items / parts);
  });
}

async function readSamples(scope: TenantScope, ids: readonly string[]): Promise<ReadonlyMap<string, Sample>> {
  const found = await scope.table.getMany(sampleKind, [...new Set(ids)]);
  return new Map(found.flatMap((sample) => (sample ? [[sample.id, sample] as const] : [])));
}

/** The pictures of a question about an item, an upper bound: what a preset leaves out is counted. */
function listPictures(
  { sampleId, referenceIds }: DatasetItem,
  asked: ProfileVersion,
  variant: Variant,
  samples: ReadonlyMap<string, Sample>,
): readonly Size[] {
  const { exemplars, referenceCount } = { ...DEFAULT_PROMPT_SETTINGS, ...asked.prompt };
  const viewsOf = (id: string) => samples.get(id)?.views ?? [];
  const query = viewsOf(sampleId);
  const references = (referenceIds?.slice(0, variant.referenceCount) ?? asked.referenceIds).map(viewsOf);
  return [
    ...references.toSorted((a, b) => countPixels(b) - countPixels(a)).slice(0, referenceCount),
    query,
    // Examples are samples of the same kind: one view of each.
    ...Array.from({ length: exemplars.count }, () => query.slice(0, 1)),
  ].flat();
}

function countPixels(views: readonly Size[]): number {
  return views.reduce((sum, { widthPx, heightPx }) => sum + widthPx * heightPx, 0);
}

function meanOf(prices: readonly (number | null)[]): number | null {
  const sum = addUp(prices);
  return sum === null || prices.length === 0 ? null : sum / prices.length;
}

/** A sum with an unknown part is unknown. */
function addUp(parts: readonly (number | null)[]): number | null {
  return parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}

function times(price: number | null, factor: number): number | null {
  return price === null ? null : price * factor;
}

function roundUp(cost: number | null): number | null {
  return cost === null ? null : Math.ceil(cost);
}
