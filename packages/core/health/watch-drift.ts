import { ConditionFailedError, type TenantScope } from '../platform/index.ts';
import { continueWatch, loadProfileVersion, profileKind, readWatch } from '../profile/index.ts';
import { prepareAnnouncer } from '../webhook/index.ts';
import { readDays } from './count.ts';
import { compareDays, type Drift, isBusy } from './drift.ts';
import { chooseBaseline } from './read-drift.ts';

const HOUR_MS = 60 * 60_000;
/** A profile that judged little today is looked at less often. */
const QUIET_HOURS = 4;

/**
 * Looks at a profile whose watch is due: announces the day's drift, once a day, and sets the time of the next look, in one
 * transaction.
 * @returns whether it was this call that looked
 */
export async function watchDrift(scope: TenantScope, profileId: string): Promise<boolean> {
  const [watch, profile] = await Promise.all([
    readWatch(scope, profileId),
    scope.table.get(profileKind, profileId),
  ]);
  if (!watch || !profile) return false;
  const now = scope.clock();
  const day = new Date(now).toISOString().slice(0, 10);
  const today = await readDays(scope, profileId, { from: now, to: now });
  const isWatched = profile.archivedAt === undefined;
  const looksClosely = isWatched && isBusy(today) && watch.announcedDay !== day;
  const drifted = looksClosely ? listDrifted(await compareToday()) : [];
  const announcer = await prepareAnnouncer(scope);
  const announced = drifted.length > 0 ? announcer.draft('profile.drifted', { profileId, day, drifted }) : [];
  const announcedDay = drifted.length > 0 ? day : watch.announcedDay;
  const dueAt = isWatched ? now + HOUR_MS * (isBusy(today) ? 1 : QUIET_HOURS) : undefined;
  try {
    await scope.table.transact([
      continueWatch(scope, profileId, { ...watch, announcedDay }, dueAt),
      ...announced,
    ]);
  } catch (error) {
    if (error instanceof ConditionFailedError) return false;
    throw error;
  }
  if (announced.length > 0) await announcer.send();
  return true;

  async function compareToday(): Promise<Drift> {
    const { createdAt } = await loadProfileVersion(scope, profile?.currentVersionId ?? '');
    const baseline = await readDays(scope, profileId, chooseBaseline(now, createdAt));
    return compareDays(today, baseline);
  }
}

function listDrifted({ scores, anomalyRate }: Drift): readonly string[] {
  return [...(scores.drifted ? ['SCORES'] : []), ...(anomalyRate.drifted ? ['ANOMALY_RATE'] : [])];
}
