import { calibrateScore } from '@loupe/core/calibration';
import {
  type Inspection,
  locateAudit,
  locateOverlay,
  type ModelUsage,
  type Region,
  type Verdict,
} from '@loupe/core/inspection';
import type { TenantScope } from '@loupe/core/platform';
import { DEFAULT_CALL_SETTINGS, nameThresholdSource, type ProfileVersion } from '@loupe/core/profile';
import { type Sample, sampleKind } from '@loupe/core/sample';
import {
  type FoundRegion,
  type Judgement,
  type JudgeRequest,
  judge,
  judgeByCascade,
  judgeByVotes,
  type VisionModel,
} from '@loupe/judge';
import type { View } from '@loupe/vision';
import { describeProfile } from './describe-profile.ts';
import { openExemplars } from './exemplars.ts';
import { createPictureTools } from './picture-tools.ts';
import { platform } from './platform.ts';
import { addSource, readViews } from './read-views.ts';
import { findTenantModel } from './tenant-models.ts';

/** Notes kept with a verdict; the audit record has all. */
const MOST_NOTES = 20;

/** What judging gives to be written down. */
export interface Result {
  readonly verdict: Verdict;
  readonly usage: ModelUsage;
  readonly judgeMs: number;
}

/**
 * Asks the model of the profile's version about a READY sample and stores the overlay and the audit record. The row is the caller's to
 * write.
 * @throws ModelError when the model gives no answer
 */
export async function judgeInspection(
  scope: TenantScope,
  inspection: Inspection,
  version: ProfileVersion,
  sample: Sample,
  guard: (model: VisionModel, vote: number) => VisionModel,
  signal: AbortSignal,
): Promise<Result> {
  const references = await scope.table.getMany(sampleKind, version.referenceIds);
  const [query, ...referenceViews] = await Promise.all(
    [sample, ...references].map(async (source) =>
      source ? addSource(scope, source, await readViews(scope, source.views)) : [],
    ),
  );
  const exemplars = await openExemplars(scope, version);
  const judgement = await judgeByPanel(scope, version, guard, {
    profile: describeProfile(version, sample),
    query: query ?? [],
    references: referenceViews,
    exemplars: await exemplars.choose(sample, query ?? []),
    readings: inspection.readings ?? [],
    pictures: createPictureTools(scope),
    signal,
    clock: platform.clock,
  });
  const overlayPath = await storeOverlay(scope, inspection, judgement, query ?? []);
  const auditPath = locateAudit(inspection.id, inspection.attempt);
  await scope.bucket.put(auditPath, Buffer.from(renderAudit(judgement, version)), 'application/json');
  return {
    verdict: {
      decision: judgement.decision,
      score: judgement.score ?? undefined,
      scoreSource: judgement.scoreSource ?? undefined,
      ...(await calibrateScore(scope, version, judgement.score ?? undefined)),
      threshold: judgement.threshold,
      thresholdSource: nameThresholdSource(version),
      outcome: judgement.outcome,
      reasoning: judgement.reasoning,
      regions: judgement.regions.map(storeRegion),
      exemplarIds: judgement.exemplarIds,
      notes: judgement.notes.slice(0, MOST_NOTES),
      looks: judgement.looks,
      timeRanges: judgement.timeRanges,
      ruleChecks: judgement.ruleChecks,
      suspiciousText: judgement.suspiciousText ?? undefined,
      overlayPath,
      auditPath,
    },
    usage: {
      modelVersion: judgement.modelVersion,
      inputTokens: judgement.usage?.inputTokens,
      outputTokens: judgement.usage?.outputTokens,
      costMicroUsd: judgement.costMicroUsd ?? undefined,
    },
    judgeMs: Math.round(judgement.latencyMs),
  };
}

/** One call, or as many votes as the profile wants, and a cheap model before them where it names one. */
export async function judgeByPanel(
  scope: TenantScope,
  version: ProfileVersion,
  guard: (model: VisionModel, vote: number) => VisionModel,
  request: Omit<JudgeRequest, 'model'>,
): Promise<Judgement> {
  const { votes, models, fusion, cascade } = { ...DEFAULT_CALL_SETTINGS, ...version.calls };
  const ask = async (id: string, vote: number) =>
    judge({ ...request, model: guard(await findTenantModel(scope, id), vote) });
  const ballots = [version.model, ...models].flatMap((id) =>
    Array.from({ length: votes }, (_, vote) => () => ask(id, vote)),
  );
  const askPanel = () =>
    ballots.length === 1 ? ask(version.model, 0) : judgeByVotes(request.profile, ballots, fusion);
  if (!cascade) return askPanel();
  return judgeByCascade(() => ask(cascade.model, 0), askPanel, cascade);
}

function storeRegion({ score, label, ...region }: FoundRegion): Region {
  return { ...region, ...(score !== null && { score }), ...(label !== '' && { label }) };
}

async function storeOverlay(
  scope: TenantScope,
  inspection: Inspection,
  { map, regions }: Judgement,
  query: readonly View[],
): Promise<string | undefined> {
  const view = map && query[map.view];
  if (!view) return undefined;
  const { renderOverlay } = await import('@loupe/vision/reference');
  const overlay = await renderOverlay(view.bytes, {
    map: { width: map.width, height: map.height, data: map.values },
    widthPx: view.widthPx,
    heightPx: view.heightPx,
    regions: regions.flatMap(({ score, ...region }) =>
      region.view === map.view && score !== null ? [{ ...region, score }] : [],
    ),
  });
  const path = locateOverlay(inspection.id, inspection.attempt);
  await scope.bucket.put(path, overlay, 'image/jpeg');
  return path;
}

/** Everything needed to retrace a verdict: the prompt as sent and the answers as written. */
function renderAudit(judgement: Judgement, version: ProfileVersion): string {
  const { prompt, promptTexts, rawAnswers, notes, looks, exemplarIds, outcome, score } = judgement;
  const { modelVersion, usage, costMicroUsd } = judgement;
  return JSON.stringify({
    model: version.model,
    modelVersion,
    profileVersionId: version.id,
    prompt,
    promptTexts,
    rawAnswers,
    notes,
    looks,
    exemplarIds,
    outcome,
    score,
    usage,
    costMicroUsd,
  });
}
