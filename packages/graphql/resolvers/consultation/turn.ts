import { isConsultationOpen } from '@loupe/core/consultation';
import type { TurnResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

const POLL_MS = 500;

export const turn: TurnResolvers = {
  inspection: ({ inspectionId }, _args, { loaders }) => loadExisting(loaders().inspections, inspectionId),
  model: async ({ model }, _args, { models }) => (await models()).find(model),
  pollAfterMs: (parent) => (isConsultationOpen(parent) ? POLL_MS : null),
};
