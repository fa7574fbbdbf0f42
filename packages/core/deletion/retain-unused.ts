import { inspectionKind } from '../inspection/index.ts';
import { revise, type TenantScope } from '../platform/index.ts';
import { describeProgress, findStart, retentionKind } from '../retention/index.ts';
import { isSettled, listLinks, type Sample, sampleKind } from '../sample/index.ts';
import type { RetentionPlan } from './entity.ts';
import { findHeld } from './find-held.ts';
import { takeSample } from './take-nouns.ts';
import { type Step, take, type Work } from './work.ts';

/**
 * Applies the tenant's rule for samples that no inspection, profile or dataset needs: never inspected, or with inspections that are all
 * gone; uploads that never came are among them. The walk goes through all samples by age, from where the one of the day before ended.
 */

const DAY_MS = 86_400_000;
const PAGE = 50;
/** A sample that was judged more often is a yardstick, and stays. */
const MOST_INSPECTIONS = 100;
const PARTITIONS = ['sample', 'sample:archived'] as const;

export async function stepUnused(work: Work, plan: RetentionPlan): Promise<Step> {
  const { scope, platform } = work;
  const now = platform.clock();
  const { list, after } = plan.samples ?? { list: 0 };
  const partition = PARTITIONS[list];
  const retention = await scope.table.get(retentionKind, scope.tenantId);
  const days = retention?.rule.unusedSamplesAfterDays;
  if (!retention || days === undefined || partition === undefined) return 'DONE';
  // Archived ones are few and are walked through from the beginning each time.
  const isRemembered = partition === 'sample';
  const from = after ?? (isRemembered ? findStart(retention.unusedSamples, now) : undefined);
  const page = await scope.table.query<Sample>('byTenant', partition, { limit: PAGE, after: from });
  const over = page.items.filter(({ createdAt }) => createdAt + days * DAY_MS <= now);
  await takeUnused(
    work,
    over.map(({ id }) => id),
  );
  const through = over.at(-1)?.id ?? from;
  if (page.next !== undefined && over.length === page.items.length) {
    await work.commit({ plan: { ...plan, samples: { list, after: through } } });
    return 'AGAIN';
  }
  const unusedSamples = describeProgress(retention.unusedSamples, through, now);
  const remember = isRemembered
    ? [scope.table.replace(retentionKind, revise(retention, { unusedSamples }))]
    : [];
  await work.commit({ plan: { ...plan, samples: { list: list + 1 } } }, remember);
  return 'AGAIN';
}

async function takeUnused(work: Work, ids: readonly string[]): Promise<void> {
  const { scope } = work;
  const stored = await scope.table.getMany(sampleKind, ids);
  const settled = stored.filter(
    (sample): sample is Sample => sample !== undefined && isSettled(sample) && sample.state !== 'DELETED',
  );
  const unused = await Promise.all(settled.map(({ id }) => isWithoutInspections(scope, id)));
  const candidates = settled.filter((_, position) => unused[position]);
  if (candidates.length === 0) return;
  const held = await findHeld(
    scope,
    candidates.map(({ id }) => id),
  );
  for (const sample of candidates) {
    if (!held.has(sample.id)) await take(work, takeSample(scope, sample, 'RETENTION', work.job().id));
  }
}

/** An inspection that was deleted leaves its link behind. */
async function isWithoutInspections(scope: TenantScope, sampleId: string): Promise<boolean> {
  const links = await listLinks(scope, sampleId, MOST_INSPECTIONS);
  if (links.length === MOST_INSPECTIONS) return false;
  const found = await scope.table.getMany(
    inspectionKind,
    links.map(({ inspectionId }) => inspectionId),
  );
  return found.every((inspection) => inspection === undefined);
}
