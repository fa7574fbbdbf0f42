import { datasetKind, findReferenceItems, loadVersion } from '@loupe/core/dataset';
import {
  type Evaluation,
  type ItemResult,
  listChunks,
  locateChunk,
  locateOutput,
  readResults,
} from '@loupe/core/evaluation';
import type { TenantScope } from '@loupe/core/platform';
import { loadProfileVersion, profileKind } from '@loupe/core/profile';
import { sampleKind } from '@loupe/core/sample';
import { compare } from '@loupe/metrics';
import type { EvaluationResult, Picture } from '@loupe/metrics/report';
import { type Output, writeItemExports } from './evaluate-exports.ts';
import { describeRobustness } from './evaluate-robustness.ts';
import { VariantTally } from './evaluate-tally.ts';
import { readAhead } from './read-ahead.ts';

/** Longest side of a picture in the report, in px. */
const PICTURE_PX = 320;
/** Objects read at once. */
const READS = 16;
const DEFAULT_THRESHOLD = 0.5;

/** Files stored at once: while some are on their way, the next are made. */
const WRITES = 6;

/** Stores an evaluation's outputs as those of its revision. @returns what to find them by */
export async function storeOutputs(
  scope: TenantScope,
  evaluation: Evaluation,
): Promise<{ readonly resultRev: number; readonly exportCount: number }> {
  let exportCount = 0;
  const storing = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  for await (const { name, bytes, mediaType } of makeOutputs(scope, evaluation)) {
    if (name.endsWith('.jsonl')) exportCount++;
    const path = locateOutput(evaluation.id, evaluation.rev, name);
    const stored = scope.bucket
      .put(path, bytes, mediaType)
      .catch((error: unknown) => failures.push(error))
      .finally(() => storing.delete(stored));
    storing.add(stored);
    if (storing.size === WRITES) await Promise.race(storing);
    if (failures.length > 0) break;
  }
  await Promise.all(storing);
  if (failures.length > 0) throw failures[0];
  return { resultRev: evaluation.rev, exportCount };
}

/** Makes an evaluation's outputs from the chunks that are done: figures, report, and items for other programs. */
async function* makeOutputs(scope: TenantScope, evaluation: Evaluation): AsyncGenerator<Output> {
  const profileVersion = await loadProfileVersion(scope, evaluation.profileVersionId);
  const tallies = evaluation.variants.map(
    (variant) =>
      new VariantTally(
        variant.name,
        evaluation.itemCount / evaluation.variants.length,
        variant.threshold ?? profileVersion.threshold ?? DEFAULT_THRESHOLD,
        evaluation.seed,
      ),
  );
  yield* writeItemExports(evaluation.variants, noteAll(readAll(scope, evaluation), tallies));
  const result = await describe(scope, evaluation, tallies);
  yield { name: 'result.json', bytes: Buffer.from(JSON.stringify(result)), mediaType: 'application/json' };
  const wrong = result.variants.flatMap(({ misses, falseAlarms }) => [...misses, ...falseAlarms]);
  const pictures = await readPictures(
    scope,
    wrong.map(({ sampleId }) => sampleId),
  );
  // Charts are a third of a function's code, and needed once.
  const { renderReport } = await import('@loupe/metrics/report');
  const html = await renderReport(result, (id) => pictures.get(id));
  yield { name: 'report.html', bytes: Buffer.from(html), mediaType: 'text/html; charset=utf-8' };
}

interface ReadChunk {
  readonly variant: number;
  readonly results: readonly ItemResult[];
}

/** Chunks in order of position, a few read ahead, so that memory does not grow with the evaluation. */
async function* readAll(scope: TenantScope, evaluation: Evaluation): AsyncGenerator<ReadChunk> {
  const done = (await listChunks(scope, evaluation.id)).filter(({ state }) => state === 'DONE');
  yield* readAhead(done, READS, async ({ position, variant }) => ({
    variant,
    results: await readResults(scope, locateChunk(evaluation.id, position, 'results')),
  }));
}

async function* noteAll(
  chunks: AsyncIterable<ReadChunk>,
  tallies: readonly VariantTally[],
): AsyncGenerator<ReadChunk> {
  for await (const chunk of chunks) {
    for (const result of chunk.results) tallies[chunk.variant]?.add(result);
    yield chunk;
  }
}

async function describe(
  scope: TenantScope,
  evaluation: Evaluation,
  tallies: readonly VariantTally[],
): Promise<EvaluationResult> {
  const version = await loadVersion(scope, evaluation.datasetVersionId);
  const dataset = await scope.table.get(datasetKind, evaluation.datasetId);
  const profile = await scope.table.get(profileKind, evaluation.profileId);
  const profileVersion = await loadProfileVersion(scope, evaluation.profileVersionId);
  const leak = await findReferenceItems(scope, version, profileVersion.referenceIds);
  const [first, ...others] = tallies;
  const variants = tallies.map((tally) => tally.describe());
  return {
    title: evaluation.name ?? `Evaluation of ${profile?.name ?? evaluation.profileId}`,
    dataset: { name: dataset?.name ?? '', number: version.number, digest: version.digest },
    profile: { name: profile?.name ?? '', number: profileVersion.number },
    itemCount: version.itemCount,
    seed: evaluation.seed,
    judged: tallies.map(({ judged }) => judged),
    leakCount: version.leakCount,
    referenceItems: leak?.items ?? [],
    variants,
    robustness: describeRobustness(evaluation.variants, tallies, variants),
    comparisons: others.flatMap((second) => {
      const paired = first?.pair(second);
      if (!first || !paired) return [];
      const comparison = compare(paired, {
        seed: evaluation.seed,
        thresholds: [first.threshold, second.threshold],
      });
      return [{ first: first.name, second: second.name, comparison }];
    }),
  };
}

/** The first view of samples, small. */
async function readPictures(scope: TenantScope, ids: readonly string[]): Promise<Map<string, Picture>> {
  const { cropSource } = await import('@loupe/vision/image');
  const pictures = new Map<string, Picture>();
  for (const sample of await scope.table.getMany(sampleKind, [...new Set(ids)])) {
    const view = sample?.views[0];
    if (!sample || !view) continue;
    const whole = { x: 0, y: 0, width: view.widthPx, height: view.heightPx };
    const bytes = await scope.bucket.get(view.path);
    const small = await cropSource(bytes, whole, { longSidePx: PICTURE_PX });
    pictures.set(sample.id, { mediaType: small.mediaType, bytes: small.bytes });
  }
  return pictures;
}
