import { archiveInspection as archive } from '@loupe/core/inspection';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const archiveInspection: NonNullable<MutationResolvers['archiveInspection']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ inspection: await archive(context.tenant(), input.id) }));
