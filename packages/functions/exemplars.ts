import { type Inspection, inspectionKind } from '@loupe/core/inspection';
import { ConditionFailedError, type TenantScope } from '@loupe/core/platform';
import { DEFAULT_PROMPT_SETTINGS, type ExemplarSettings, type ProfileVersion } from '@loupe/core/profile';
import {
  type Correction,
  joinSamples,
  listCorrections,
  loadCorrections,
  mayShow,
  type Review,
} from '@loupe/core/review';
import type { Sample } from '@loupe/core/sample';
import { describeModel, type Exemplar } from '@loupe/judge';
import type { View } from '@loupe/vision';
import { readViews } from './read-views.ts';

/** Where the cases come from that are shown with a question. */
export interface Exemplars {
  /** The nearest ones for a sample, never the sample itself nor the same file. */
  readonly choose: (sample: Sample, query: readonly View[]) => Promise<readonly Exemplar[]>;
}

/** A picture in numbers, kept with its sample. */
interface Summary {
  readonly rev: 1;
  readonly values: readonly number[];
}

const SUMMARY = 'summary';
const NO_EXEMPLARS: Exemplars = { choose: async () => [] };

/** The corrected cases of a version's profile, as they are now. */
export async function openExemplars(scope: TenantScope, version: ProfileVersion): Promise<Exemplars> {
  const settings = readExemplarSettings(version);
  if (settings.count === 0) return NO_EXEMPLARS;
  const reviews = await listCorrections(scope, version.profileId);
  return rankBySimilarity(scope, settings, await joinSamples(scope, reviews));
}

/** Those that an evaluation chose when it began. */
export async function openFrozenExemplars(
  scope: TenantScope,
  version: ProfileVersion,
  reviewIds: readonly string[],
): Promise<Exemplars> {
  const settings = readExemplarSettings(version);
  if (settings.count === 0 || reviewIds.length === 0) return NO_EXEMPLARS;
  return rankBySimilarity(scope, settings, await loadCorrections(scope, reviewIds));
}

/** Nearest by the embedded detector's descriptors of the first views; of another modality none is near. */
async function rankBySimilarity(
  scope: TenantScope,
  { count, notes }: ExemplarSettings,
  corrections: readonly Correction[],
): Promise<Exemplars> {
  const summaries = await summariseSamples(
    scope,
    corrections.map(({ sample }) => sample),
  );
  return {
    choose: async (sample, [view]) => {
      const others = corrections.filter((correction) => mayShow(correction, sample));
      if (view === undefined || others.length === 0) return [];
      const { measureDistance, summarisePicture } = await import('@loupe/vision/pictures');
      const target = await summarisePicture(view.bytes);
      const distanceOf = ({ id }: Sample) => measureDistance(target, summaries.get(id) ?? []);
      const nearest = others
        .map((correction) => ({ ...correction, distance: distanceOf(correction.sample) }))
        .toSorted((a, b) => a.distance - b.distance);
      const shown = await dropArchived(scope, nearest, count);
      return Promise.all(shown.map((correction) => showCase(scope, correction, notes)));
    },
  };
}

async function showCase(
  scope: TenantScope,
  { review, sample }: Correction,
  notes: boolean,
): Promise<Exemplar> {
  const [view] = await readViews(scope, sample.views.slice(0, 1));
  if (view === undefined) throw new Error(`The sample ${sample.id} is READY and has no view.`);
  const { inspectionId, decision, truth, note } = review;
  return { id: inspectionId, view, decision, truth, ...(notes && note !== undefined && { note }) };
}

/** The first `count` whose inspection is still there. */
async function dropArchived<C extends { readonly review: Review }>(
  scope: TenantScope,
  cases: readonly C[],
  count: number,
): Promise<readonly C[]> {
  const kept: C[] = [];
  for (let at = 0; at < cases.length && kept.length < count; at += count) {
    const some = cases.slice(at, at + count);
    const found = await scope.table.getMany<Inspection>(
      inspectionKind,
      some.map(({ review }) => review.inspectionId),
    );
    kept.push(...some.filter((_, position) => found[position] && found[position].archivedAt === undefined));
  }
  return kept.slice(0, count);
}

/** Each sample's numbers, worked out the first time it is a candidate and kept with it. */
async function summariseSamples(
  scope: TenantScope,
  samples: readonly Sample[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const kept = await scope.table.getManyAttached<Summary>(
    'sample',
    samples.map(({ id }) => id),
    [SUMMARY],
  );
  const summaries = new Map<string, readonly number[]>();
  for (const [position, sample] of samples.entries()) {
    const known = kept[position]?.[0]?.values;
    summaries.set(sample.id, known ?? (await summariseSample(scope, sample)));
  }
  return summaries;
}

async function summariseSample(scope: TenantScope, sample: Sample): Promise<readonly number[]> {
  const [view] = await readViews(scope, sample.views.slice(0, 1));
  if (view === undefined) return [];
  const { summarisePicture } = await import('@loupe/vision/pictures');
  const values = Array.from(await summarisePicture(view.bytes), (value) => Number(value.toPrecision(6)));
  const row: Summary = { rev: 1, values };
  try {
    await scope.table.transact([scope.table.attach('sample', sample.id, SUMMARY, row)]);
  } catch (error) {
    // Another worker kept the same numbers at the same time.
    if (!(error instanceof ConditionFailedError)) throw error;
  }
  return values;
}

/** How a profile version wants to be shown corrected cases; none when no model of its panel reads. */
function readExemplarSettings({ prompt, calls, model }: ProfileVersion): ExemplarSettings {
  const settings = prompt?.exemplars ?? DEFAULT_PROMPT_SETTINGS.exemplars;
  const asked = [model, ...(calls?.models ?? []), ...(calls?.cascade ? [calls.cascade.model] : [])];
  const reads = asked.some((id) => describeModel(id)?.provider !== 'loupe');
  return reads ? settings : { ...settings, count: 0 };
}
