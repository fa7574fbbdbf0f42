import type { DatasetItem, DatasetVersion } from '@loupe/core/dataset';
import { applyVariant, type Chunk, type Evaluation, type ItemResult } from '@loupe/core/evaluation';
import type { TenantScope } from '@loupe/core/platform';
import { loadProfileVersion } from '@loupe/core/profile';
import { type Sample, sampleKind } from '@loupe/core/sample';
import { type Judgement, ModelError, type VisionModel } from '@loupe/judge';
import type { View } from '@loupe/vision';
import { describeProfile } from './describe-profile.ts';
import { keepMasks } from './economy-masks.ts';
import { type CallTerms, paceCalls } from './evaluate-calls.ts';
import { perturbViews } from './evaluate-perturb.ts';
import { openFrozenExemplars } from './exemplars.ts';
import { explainFailure } from './explain-failure.ts';
import { judgeByPanel } from './judge-inspection.ts';
import { createPictureTools } from './picture-tools.ts';
import { platform } from './platform.ts';
import { addSource, readViews } from './read-views.ts';

const MAX_REASONING = 1000;
/** Calls have a time of their own each: an item may wait for its turns. */
const NEVER = new AbortController().signal;
/** Bytes of views kept in memory by a worker. */
const CACHE_BYTES = 64 * 2 ** 20;

export interface ItemJudge {
  /**
   * Asks about one item until it is answered.
   * @throws Postponed
   */
  readonly ask: (index: number, terms: CallTerms) => Promise<ItemResult>;
  /**
   * Goes through an item's judgement once, with the models that `guard` makes of those asked.
   * @throws ModelError, and whatever the models throw
   */
  readonly judge: (index: number, guard: Guard, clock: () => number) => Promise<ItemResult>;
  readonly fail: (index: number, code: string, message: string) => ItemResult;
}

type Guard = (model: VisionModel, vote: number) => VisionModel;

const cache = new Map<string, Promise<View[]>>();
let cachedBytes = 0;

/** Makes ready to judge the items of a chunk: profile, variant, references, examples, samples. */
export async function createItemJudge(
  scope: TenantScope,
  evaluation: Evaluation,
  chunk: Chunk,
  dataset: DatasetVersion,
  items: readonly DatasetItem[],
): Promise<ItemJudge> {
  const variant = evaluation.variants[chunk.variant];
  if (!variant) throw new Error(`The evaluation ${evaluation.id} has no variant ${chunk.variant}.`);
  const version = applyVariant(await loadProfileVersion(scope, evaluation.profileVersionId), variant);
  const ids = new Set([
    ...version.referenceIds,
    ...items.flatMap((item) => [item.sampleId, ...(item.referenceIds ?? []), ...listMasks(item)]),
  ]);
  const found = await scope.table.getMany(sampleKind, [...ids]);
  const samples = new Map(found.flatMap((sample) => (sample ? [[sample.id, sample] as const] : [])));
  const exemplars = await openFrozenExemplars(scope, version, evaluation.exemplarReviewIds ?? []);
  const pictures = createPictureTools(
    scope,
    evaluation.mode === 'ECONOMY' ? keepMasks(scope, evaluation, chunk) : undefined,
  );
  const itemAt = (index: number) => {
    const item = items[index - chunk.from];
    if (!item) throw new Error(`The chunk ${chunk.position} has no item ${index}.`);
    return item;
  };

  async function judgeItem(item: DatasetItem, sample: Sample, guard: Guard, clock: () => number) {
    const referenceIds = item.referenceIds?.slice(0, variant?.referenceCount ?? 8) ?? version.referenceIds;
    const { perturbation } = variant ?? {};
    const [query, ...references] = await Promise.all(
      [sample, ...referenceIds.flatMap((id) => samples.get(id) ?? [])].map(async (one) => {
        const views = await readCached(scope, one);
        // What is disturbed is the view: its original would show the sample as it is.
        return perturbation ? views : addSource(scope, one, views);
      }),
    );
    const shown = perturbation
      ? await perturbViews(query ?? [], perturbation, evaluation.seed, item.item)
      : (query ?? []);
    if (!shown) return undefined;
    const judgement = await judgeByPanel(scope, version, guard, {
      profile: {
        ...describeProfile(version, sample),
        ...(evaluation.useItemClass && { className: item.class }),
      },
      query: shown,
      references,
      exemplars: await exemplars.choose(sample, shown),
      pictures,
      signal: NEVER,
      clock,
    });
    return { judgement, localisation: await localise(item, judgement, shown) };
  }

  async function localise(item: DatasetItem, judgement: Judgement, shown: readonly View[]) {
    // A turned picture does not lie as its mask does.
    if (variant?.perturbation?.kind === 'ROTATION') return undefined;
    if (!isTruthKnown(item, dataset)) return undefined;
    const { localiseItem } = await import('./evaluate-localise.ts');
    return localiseItem(item, judgement, shown, async () => {
      const masks = listMasks(item).flatMap((id) => samples.get(id) ?? []);
      const views = await Promise.all(masks.map((mask) => readCached(scope, mask)));
      return masks.length === listMasks(item).length ? views.flatMap(([view]) => view ?? []) : [];
    });
  }

  const fail: ItemJudge['fail'] = (index, code, message) => ({
    ...describeItem(index, itemAt(index)),
    outcome: 'ERROR',
    decision: 'UNCERTAIN',
    reasoning: message,
    code,
  });

  const judge: ItemJudge['judge'] = async (index, guard, clock) => {
    const item = itemAt(index);
    const sample = samples.get(item.sampleId);
    if (sample?.state !== 'READY') {
      return fail(index, 'SAMPLE_NOT_READY', 'The sample is gone or has no views.');
    }
    const judged = await judgeItem(item, sample, guard, clock);
    if (!judged) {
      return fail(index, 'NOT_PERTURBABLE', 'The sample has no picture that could be disturbed.');
    }
    const { judgement, localisation } = judged;
    return {
      ...describeItem(index, item),
      modality: sample.modality,
      outcome: judgement.outcome,
      score: judgement.score ?? undefined,
      decision: judgement.decision,
      reasoning: judgement.reasoning.slice(0, MAX_REASONING).toWellFormed(),
      costMicroUsd: judgement.costMicroUsd ?? undefined,
      inputTokens: judgement.usage?.inputTokens,
      outputTokens: judgement.usage?.outputTokens,
      latencyMs: judgement.latencyMs,
      ...(localisation && { localisation }),
    };
  };

  return {
    fail,
    judge,
    async ask(index, terms) {
      const calls = paceCalls(scope, terms);
      try {
        const { latencyMs, ...result } = await judge(index, calls.guard, platform.clock);
        // A panel would do without the votes that have to wait.
        const postponed = calls.postponed();
        if (postponed) throw postponed;
        if (latencyMs === undefined) return result;
        return { ...result, latencyMs: Math.max(0, Math.round(latencyMs - calls.waitedMs())) };
      } catch (error) {
        const postponed = calls.postponed();
        if (postponed) throw postponed;
        if (!(error instanceof ModelError)) throw error;
        const { code, message } = explainFailure(error);
        return fail(index, code, message);
      }
    },
  };
}

/** Whether the dataset says where, or when, an item is anomalous; beside masks and windows normal ones say that it is nowhere. */
function isTruthKnown(item: DatasetItem, dataset: DatasetVersion): boolean {
  if (!item.anomalous) return dataset.localisedCount !== 0;
  return [item.maskSampleId, item.boxes, item.windows].some((truth) => truth !== undefined);
}

function listMasks({ maskSampleId, furtherMaskIds = [] }: DatasetItem): readonly string[] {
  return maskSampleId ? [maskSampleId, ...furtherMaskIds] : [];
}

function describeItem(index: number, item: DatasetItem) {
  const { item: name, sampleId, class: className, anomalous, defectType } = item;
  return { index, item: name, sampleId, class: className, anomalous, defectType };
}

/** Views by sample: the same references come with every item. The oldest go first. */
function readCached(scope: TenantScope, sample: Sample): Promise<View[]> {
  const key = `${scope.tenantId}/${sample.id}`;
  const known = cache.get(key);
  if (known) return known;
  const reading = readViews(scope, sample.views).then((views) => {
    cachedBytes += countBytes(views);
    for (const [oldest, held] of cache) {
      if (cachedBytes <= CACHE_BYTES || oldest === key) break;
      cache.delete(oldest);
      void held.then((old) => {
        cachedBytes -= countBytes(old);
      });
    }
    return views;
  });
  cache.set(key, reading);
  reading.catch(() => cache.delete(key));
  return reading;
}

function countBytes(views: readonly View[]): number {
  return views.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
