import { type Days, readDrift } from '@loupe/core/health';
import type { DaysInput, DriftPeriodResolvers, QueryResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const profileDrift: NonNullable<QueryResolvers['profileDrift']> = async (
  _parent,
  { profileId, period, baseline },
  { loaders, tenant },
) => {
  const { profiles, profileVersions } = loaders();
  const profile = await profiles.load(profileId);
  if (!profile) return null;
  const { createdAt } = await loadExisting(profileVersions, profile.currentVersionId);
  const days = { period: readDays(period), baseline: readDays(baseline) };
  return readDrift(tenant(), profileId, createdAt, days);
};

export const driftPeriod: DriftPeriodResolvers = {
  anomalyRate: ({ anomalous, done }) => (done === 0 ? null : anomalous / done),
};

function readDays(days: DaysInput | null | undefined): Days | undefined {
  return days ? { from: days.from.getTime(), to: days.to.getTime() } : undefined;
}
