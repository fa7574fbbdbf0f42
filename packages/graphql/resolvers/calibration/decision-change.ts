import type { DecisionChangeResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const decisionChange: DecisionChangeResolvers = {
  actorKind: ({ actorKind }) => (actorKind === 'member' ? 'MEMBER' : 'API_KEY'),
  evaluation: ({ evaluationId }, _args, { loaders }) =>
    evaluationId ? loaders().evaluations.load(evaluationId) : null,
  profileVersion: ({ profileVersionId }, _args, { loaders }) =>
    loadExisting(loaders().profileVersions, profileVersionId),
};
