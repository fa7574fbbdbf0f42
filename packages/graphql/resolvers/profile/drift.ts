import { type Days, readDrift } from '@loupe/core/health';
import type { DaysInput, DriftPeriodResolvers, ProfileResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const drift: NonNullable<ProfileResolvers['drift']> = async (
  { id, currentVersionId },
  { period, baseline },
  { loaders, tenant },
) => {
  const { createdAt } = await loadExisting(loaders().profileVersions, currentVersionId);
  return readDrift(tenant(), id, createdAt, { period: readDays(period), baseline: readDays(baseline) });
};

export const driftPeriod: DriftPeriodResolvers = {
  anomalyRate: ({ anomalous, done }) => (done === 0 ? null : anomalous / done),
};

function readDays(days: DaysInput | null | undefined): Days | undefined {
  return days ? { from: days.from.getTime(), to: days.to.getTime() } : undefined;
}
