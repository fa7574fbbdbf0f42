import { type AuditEntry, auditKind } from '../audit/index.ts';
import { type Inspection, inspectionKind, isEnded, placeInspections } from '../inspection/index.ts';
import type { TenantScope } from '../platform/index.ts';
import type { Profile } from '../profile/index.ts';
import {
  describeProgress,
  findStart,
  isEmptyRule,
  type ProfileRetention,
  type RetentionRule,
  readProfileRetention,
  retentionKind,
  writeProfileRetention,
} from '../retention/index.ts';
import { isSettled, listLinks, type Sample, sampleKind } from '../sample/index.ts';
import { tenantKind } from '../tenant/index.ts';
import { type Deletion, deletionKind, type RetentionPlan } from './entity.ts';
import { findHeld } from './find-held.ts';
import { stepUnused } from './retain-unused.ts';
import { takeFile, takeInspection, takeSample } from './take-nouns.ts';
import { type Step, take, type Work } from './work.ts';

/**
 * Applies the rules of a tenant, profile after profile: inspections whose time is over go, then files, then pictures. Each walk
 * goes through the profile's inspections by age, from where the one of the day before ended. Samples that nothing needs come last.
 */

const DAY_MS = 86_400_000;
const PAGE = 50;
/** A sample that was judged more often is a yardstick, and stays. */
const MOST_INSPECTIONS = 100;
const PARTITIONS = ['profile', 'profile:archived'] as const;
/** Archived inspections are few and are walked through from the beginning each time. */
const WALKS = (['inspections', 'files', 'views'] as const).flatMap((what) =>
  [false, true].map((archived) => ({ what, archived })),
);

type Walk = (typeof WALKS)[number];

export async function stepRetention(work: Work): Promise<Step> {
  const plan = work.job().plan ?? { list: 0 };
  const { scope } = work;
  if (plan.profileId === undefined) {
    const partition = PARTITIONS[plan.list];
    if (partition === undefined) return stepUnused(work, plan);
    const page = await scope.table.query<Profile>('byTenant', partition, {
      limit: 1,
      after: plan.profileAfter,
    });
    const next: RetentionPlan = page.items[0]
      ? { ...plan, profileId: page.items[0].id, walk: 0 }
      : { list: plan.list + 1 };
    await work.commit({ plan: next });
    return 'AGAIN';
  }
  const own = await readProfileRetention(scope, plan.profileId);
  const rule = own?.rule ?? (await readTenantRule(scope));
  const walk = isEmptyRule(rule) ? undefined : WALKS[plan.walk ?? 0];
  if (walk === undefined) {
    await work.commit({ plan: { list: plan.list, profileAfter: plan.profileId } });
    return 'AGAIN';
  }
  await walkPage(work, plan, plan.profileId, walk, rule, own);
  return 'AGAIN';
}

/** A page of a profile's inspections, oldest first, as far as their time is over. */
async function walkPage(
  work: Work,
  plan: RetentionPlan,
  profileId: string,
  walk: Walk,
  rule: RetentionRule,
  own: ProfileRetention | undefined,
): Promise<void> {
  const now = work.platform.clock();
  const { what, archived } = walk;
  const days = rule[`${what}AfterDays`];
  const after = plan.after ?? findWalkStart(walk, own, now);
  const page =
    days === undefined
      ? { items: [], next: undefined }
      : await work.scope.table.query<Inspection>('byParent', placeInspections(profileId, archived), {
          limit: PAGE,
          after,
        });
  const over = page.items.filter((inspection) => isOver(inspection, what, rule, now));
  if (what === 'inspections') await takeInspections(work, over);
  else await takeContents(work, over, what);
  const isLast = page.next === undefined || over.length < page.items.length;
  const through = over.at(-1)?.id ?? after;
  if (!isLast) {
    await work.commit({ plan: { ...plan, after: through } });
    return;
  }
  const remember =
    what === 'inspections' || archived || days === undefined
      ? []
      : [
          writeProfileRetention(work.scope, profileId, own, {
            [what]: describeProgress(own?.[what], through, now),
          }),
        ];
  const next = { list: plan.list, profileAfter: plan.profileAfter, profileId, walk: (plan.walk ?? 0) + 1 };
  await work.commit({ plan: next }, remember);
}

function findWalkStart(
  { what, archived }: Walk,
  own: ProfileRetention | undefined,
  now: number,
): string | undefined {
  if (what === 'inspections' || archived) return undefined;
  return findStart(own?.[what], now);
}

function isOver(inspection: Inspection, what: Walk['what'], rule: RetentionRule, now: number): boolean {
  const days = rule[`${what}AfterDays`];
  return days !== undefined && inspection.createdAt + days * DAY_MS <= now;
}

async function readTenantRule(scope: TenantScope): Promise<RetentionRule> {
  return (await scope.table.get(retentionKind, scope.tenantId))?.rule ?? {};
}

async function takeInspections(work: Work, over: readonly Inspection[]): Promise<void> {
  const stored = await work.scope.table.getMany(
    inspectionKind,
    over.map(({ id }) => id),
  );
  const ended = stored.filter((one): one is Inspection => one !== undefined && isEnded(one));
  if (ended.length === 0) return;
  const taken = ended.map((inspection) => takeInspection(work.scope, inspection, 'RETENTION'));
  await take(work, {
    writes: taken.flatMap(({ writes }) => writes),
    counts: { inspections: ended.length },
    remains: taken.flatMap(({ remains = [] }) => remains),
  });
}

/** Files, or all pictures, of the samples that were judged, unless something still needs them. */
async function takeContents(work: Work, over: readonly Inspection[], what: 'files' | 'views'): Promise<void> {
  const { scope } = work;
  const ids = [...new Set(over.map(({ sampleId }) => sampleId))];
  const samples = await scope.table.getMany(sampleKind, ids);
  const candidates = samples.filter(
    (sample): sample is Sample =>
      sample !== undefined &&
      isSettled(sample) &&
      sample.state !== 'DELETED' &&
      (what === 'views' || sample.fileDeletedAt === undefined),
  );
  if (candidates.length === 0) return;
  const held = await findHeld(
    scope,
    candidates.map(({ id }) => id),
  );
  for (const sample of candidates) {
    if (held.has(sample.id) || !(await areAllOver(scope, sample.id, what))) continue;
    const taken =
      what === 'files' ? takeFile(scope, sample) : takeSample(scope, sample, 'RETENTION', work.job().id);
    await take(work, taken);
  }
}

/** A sample that was judged again, or by another profile, waits until the time of each of its inspections is over. */
async function areAllOver(scope: TenantScope, sampleId: string, what: 'files' | 'views'): Promise<boolean> {
  const now = scope.clock();
  const links = await listLinks(scope, sampleId, MOST_INSPECTIONS);
  if (links.length === MOST_INSPECTIONS) return false;
  const found = await scope.table.getMany(
    inspectionKind,
    links.map(({ inspectionId }) => inspectionId),
  );
  for (const inspection of found.flatMap((one) => one ?? [])) {
    const own = await readProfileRetention(scope, inspection.profileId);
    const rule = own?.rule ?? (await readTenantRule(scope));
    if (!isEnded(inspection) || !isOver(inspection, what, rule, now)) return false;
  }
  return true;
}

/** What rules deleted is entered in the audit log; a day on which nothing went leaves no trace. */
export async function endRetention(
  work: Work,
  home: TenantScope,
  certified: Partial<Deletion>,
): Promise<void> {
  const job = work.job();
  if (Object.keys(job.counts).length === 0) {
    await home.table.transact([home.table.remove(deletionKind, job)]);
    return;
  }
  const tenant = await home.table.get(tenantKind, home.tenantId);
  const entry: AuditEntry = {
    ...describeRetention(home.createId('auditEntry'), work.platform.clock(), { ...job, ...certified }),
    keptDays: tenant?.auditDays,
  };
  await work.commit(certified, [home.table.create(auditKind, entry)]);
}

function describeRetention(id: string, at: number, { id: deletionId, digest = '' }: Deletion): AuditEntry {
  return {
    id,
    rev: 1,
    at,
    actor: { kind: 'worker', id: 'retention' },
    action: 'applyRetention',
    targets: [deletionId],
    inputDigest: digest,
    outcome: ['OK'],
    requestId: deletionId,
  };
}
