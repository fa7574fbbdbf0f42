import type { InspectionCountsResolvers } from '../../generated/types.ts';

export const inspectionCounts: InspectionCountsResolvers = {
  overturnedShare: ({ overturned, reviewed }) => (reviewed === 0 ? null : overturned / reviewed),
};
