import { DEFAULT_CALL_SETTINGS, DEFAULT_PROMPT_SETTINGS, nameThresholdSource } from '@loupe/core/profile';
import { DEFAULT_VIEW_SETTINGS } from '@loupe/core/sample';
import type { ProfileVersionResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const profileVersion: ProfileVersionResolvers = {
  calls: ({ calls }) => ({ ...DEFAULT_CALL_SETTINGS, ...calls }),
  fileLimits: ({ fileLimits }) => fileLimits ?? {},
  model: async ({ model }, _args, { models }) => (await models()).find(model),
  // Settings that were saved before a field was there have its default.
  prompt: ({ prompt }) => ({ ...DEFAULT_PROMPT_SETTINGS, ...prompt }),
  viewSettings: ({ viewSettings }) => viewSettings ?? DEFAULT_VIEW_SETTINGS,
  thresholdSource: nameThresholdSource,
  references: ({ referenceIds }, _args, { loaders }) =>
    Promise.all(referenceIds.map((id) => loadExisting(loaders().samples, id))),
};
