import { DEFAULT_PROMPT_SETTINGS } from '@loupe/core/profile';
import type { ProfileVersionResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const profileVersion: ProfileVersionResolvers = {
  model: ({ model }, _args, { models }) => models.find(model),
  prompt: ({ prompt }) => prompt ?? DEFAULT_PROMPT_SETTINGS,
  references: ({ referenceIds }, _args, { loaders }) =>
    Promise.all(referenceIds.map((id) => loadExisting(loaders().samples, id))),
};
