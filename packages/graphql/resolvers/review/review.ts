import type { ReviewResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const review: ReviewResolvers = {
  inspection: ({ inspectionId }, _args, { loaders }) => loadExisting(loaders().inspections, inspectionId),
  reviewerKind: ({ reviewerKind }) => (reviewerKind === 'member' ? 'MEMBER' : 'API_KEY'),
};
