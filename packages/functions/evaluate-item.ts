import type { DatasetItem } from '@loupe/core/dataset';
import type { Chunk, Evaluation, ItemResult, Variant } from '@loupe/core/evaluation';
import type { TenantScope } from '@loupe/core/platform';
import { DEFAULT_PROMPT_SETTINGS, loadProfileVersion, type ProfileVersion } from '@loupe/core/profile';
import { type Sample, sampleKind } from '@loupe/core/sample';
import { ModelError } from '@loupe/judge';
import type { View } from '@loupe/vision';
import { computeBackoffMs } from './batch.ts';
import { describeProfile } from './describe-profile.ts';
import { perturbViews } from './evaluate-perturb.ts';
import { openFrozenExemplars } from './exemplars.ts';
import { explainFailure } from './explain-failure.ts';
import { judgeByPanel } from './judge-inspection.ts';
import { pictureTools } from './picture-tools.ts';
import { platform } from './platform.ts';
import { readViews } from './read-views.ts';

/** Time an answer may take. */
const CALL_MS = 120_000;
/** A longer wait gives the chunk back instead. */
const LONGEST_WAIT_MS = 20_000;
const MAX_REASONING = 1000;
/** Bytes of views kept in memory by a worker. */
const CACHE_BYTES = 64 * 2 ** 20;

/** Thrown when the provider wants more patience than this invocation has. */
export class Postponed extends Error {
  override readonly name = 'Postponed';
  readonly delayMs: number;

  constructor(delayMs: number, cause: unknown) {
    super('The provider asks to wait.', { cause });
    this.delayMs = delayMs;
  }
}

export interface ItemJudge {
  /**
   * Asks about one item until it is answered, with waits as the provider wishes.
   * @param until epoch ms after which no call is begun
   * @param patient false once it was tried for long enough: then its failure is its result
   * @throws Postponed
   */
  readonly ask: (index: number, until: number, patient: boolean) => Promise<ItemResult>;
  readonly fail: (index: number, code: string, message: string) => ItemResult;
}

/** When each model may be asked again, by what its provider said; shared by the questions of this worker. */
const notBefore = new Map<string, number>();
const cache = new Map<string, Promise<View[]>>();
let cachedBytes = 0;

/** Makes ready to judge the items of a chunk: profile, variant, references, examples, samples. */
export async function createItemJudge(
  scope: TenantScope,
  evaluation: Evaluation,
  chunk: Chunk,
  items: readonly DatasetItem[],
): Promise<ItemJudge> {
  const variant = evaluation.variants[chunk.variant];
  if (!variant) throw new Error(`The evaluation ${evaluation.id} has no variant ${chunk.variant}.`);
  const version = applyVariant(await loadProfileVersion(scope, evaluation.profileVersionId), variant);
  const ids = new Set([
    ...version.referenceIds,
    ...items.flatMap(({ sampleId, referenceIds = [] }) => [sampleId, ...referenceIds]),
  ]);
  const found = await scope.table.getMany(sampleKind, [...ids]);
  const samples = new Map(found.flatMap((sample) => (sample ? [[sample.id, sample] as const] : [])));
  const exemplars = await openFrozenExemplars(scope, version, evaluation.exemplarReviewIds ?? []);
  const itemAt = (index: number) => {
    const item = items[index - chunk.from];
    if (!item) throw new Error(`The chunk ${chunk.position} has no item ${index}.`);
    return item;
  };

  async function askOnce(item: DatasetItem, sample: Sample) {
    const referenceIds = item.referenceIds?.slice(0, variant?.referenceCount ?? 8) ?? version.referenceIds;
    const [query, ...references] = await Promise.all(
      [sample, ...referenceIds.flatMap((id) => samples.get(id) ?? [])].map((one) => readCached(scope, one)),
    );
    const { perturbation } = variant ?? {};
    const shown = perturbation
      ? await perturbViews(query ?? [], perturbation, evaluation.seed, item.item)
      : (query ?? []);
    if (!shown) return undefined;
    // No guard: what an evaluation may cost is its own budget, and it waits as its provider asks.
    return judgeByPanel(scope, version, (model) => model, {
      profile: {
        ...describeProfile(version, sample),
        ...(evaluation.useItemClass && { className: item.class }),
      },
      query: shown,
      references,
      exemplars: await exemplars.choose(sample, shown),
      pictures: pictureTools,
      signal: AbortSignal.timeout(CALL_MS),
      clock: platform.clock,
    });
  }

  const fail: ItemJudge['fail'] = (index, code, message) => ({
    ...describeItem(index, itemAt(index)),
    outcome: 'ERROR',
    decision: 'UNCERTAIN',
    reasoning: message,
    code,
  });

  return {
    fail,
    async ask(index, until, patient) {
      const item = itemAt(index);
      const sample = samples.get(item.sampleId);
      if (sample?.state !== 'READY') {
        return fail(index, 'SAMPLE_NOT_READY', 'The sample is gone or has no views.');
      }
      for (let tries = 1; ; tries++) {
        await waitForTurn(version.model, until);
        try {
          const judgement = await askOnce(item, sample);
          if (!judgement) {
            return fail(index, 'NOT_PERTURBABLE', 'The sample has no picture that could be disturbed.');
          }
          return {
            ...describeItem(index, item),
            outcome: judgement.outcome,
            score: judgement.score ?? undefined,
            decision: judgement.decision,
            reasoning: judgement.reasoning.slice(0, MAX_REASONING).toWellFormed(),
            costMicroUsd: judgement.costMicroUsd ?? undefined,
            inputTokens: judgement.usage?.inputTokens,
            outputTokens: judgement.usage?.outputTokens,
            latencyMs: Math.round(judgement.latencyMs),
          };
        } catch (error) {
          const failure = describeError(error);
          if (!failure.retryable || !patient) return fail(index, failure.code, failure.message);
          const asked = error instanceof ModelError ? error.retryAfterMs : undefined;
          const delayMs = Math.max(asked ?? 0, computeBackoffMs(tries));
          const at = platform.clock() + delayMs;
          if (error instanceof ModelError && (error.code === 'RATE_LIMITED' || error.code === 'OVERLOADED')) {
            notBefore.set(version.model, Math.max(at, notBefore.get(version.model) ?? 0));
          }
          if (delayMs > LONGEST_WAIT_MS || at > until) throw new Postponed(delayMs, error);
          await sleep(delayMs);
        }
      }
    },
  };
}

/** Only a model's failures are told apart; whatever else fails is ours. */
export function describeError(error: unknown): { code: string; message: string; retryable: boolean } {
  const failure = explainFailure(error);
  return { ...failure, retryable: failure.retryable && error instanceof ModelError };
}

function applyVariant(version: ProfileVersion, variant: Variant): ProfileVersion {
  const { preset, framing, model, referenceCount, threshold } = variant;
  return {
    ...version,
    ...(preset && { preset }),
    ...(framing && { prompt: { ...(version.prompt ?? DEFAULT_PROMPT_SETTINGS), framing } }),
    ...(model && { model }),
    ...(threshold !== undefined && { threshold }),
    ...(referenceCount !== undefined && { referenceIds: version.referenceIds.slice(0, referenceCount) }),
  };
}

function describeItem(index: number, item: DatasetItem) {
  const { item: name, sampleId, class: className, anomalous, defectType } = item;
  return { index, item: name, sampleId, class: className, anomalous, defectType };
}

async function waitForTurn(model: string, until: number): Promise<void> {
  for (let at = notBefore.get(model) ?? 0; at > platform.clock(); at = notBefore.get(model) ?? 0) {
    const delayMs = at - platform.clock();
    if (delayMs > LONGEST_WAIT_MS || at > until) throw new Postponed(delayMs, undefined);
    await sleep(delayMs);
  }
  if (platform.clock() > until) throw new Postponed(0, undefined);
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

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
