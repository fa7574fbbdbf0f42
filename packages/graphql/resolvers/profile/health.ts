import { readHealth } from '@loupe/core/health';
import type { HealthDayResolvers, ProfileResolvers } from '../../generated/types.ts';

export const health: NonNullable<ProfileResolvers['health']> = ({ id }, { from, to }, { tenant }) =>
  readHealth(tenant(), id, { from: from.getTime(), to: to.getTime() });

export const healthDay: HealthDayResolvers = {
  anomalyRate: ({ anomalous, done }) => (done === 0 ? null : anomalous / done),
};
