import { findProfileDraft, isConsultationOpen } from '@loupe/core/consultation';
import type { ProfileDraftResolvers, QueryResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

const POLL_MS = 500;

export const profileDraftById: NonNullable<QueryResolvers['profileDraft']> = async (
  _parent,
  { id },
  context,
) => (await findProfileDraft(context.tenant(), id)) ?? null;

export const profileDraft: ProfileDraftResolvers = {
  model: async ({ model }, _args, { models }) => (await models()).find(model),
  pollAfterMs: (parent) => (isConsultationOpen(parent) ? POLL_MS : null),
  references: ({ referenceIds }, _args, { loaders }) =>
    Promise.all(referenceIds.map((id) => loadExisting(loaders().samples, id))),
};
