import { archiveProfile as archive } from '@loupe/core/profile';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const archiveProfile: NonNullable<MutationResolvers['archiveProfile']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ profile: await archive(context.tenant(), input.id) }));
