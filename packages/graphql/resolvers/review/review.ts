import type { ReviewResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const review: ReviewResolvers = {
  inspection: ({ inspectionId }, _args, { loaders }) => loadExisting(loaders().inspections, inspectionId),
  actorKind: ({ actorKind }) => (actorKind === 'member' ? 'MEMBER' : 'API_KEY'),
};
